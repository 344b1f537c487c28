using TypedRedis.Tool.Build;
using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>The commands.json at the repository's root.</summary>
public class CommandsFileTests
{
    [Fact]
    public void File_is_what_the_build_yields()
    {
        Assert.Equal(SpecBuilder.Build(Repository.Folder), File.ReadAllText(Repository.Folder.Output));
    }

    [Fact]
    public void Every_command_of_the_facts_is_present()
    {
        string[] facts = [.. JsonFile.Read(Repository.Folder.Facts).Select(fact => fact.Key)];

        Assert.Equal(618, facts.Length);
        Assert.Empty(facts.Except(Repository.Spec.Keys));
    }

    [Fact]
    public void Every_command_follows_the_rules_of_the_schema()
    {
        Assert.Empty(SpecValidator.Validate(Repository.Spec));
    }

    [Fact]
    public void Every_command_of_the_finished_groups_has_a_summary_and_a_reply_written_by_hand()
    {
        Assert.Empty(Curation.Missing(Repository.Folder, Repository.Spec));
    }

    [Fact]
    public void Summaries_are_sentences()
    {
        Assert.DoesNotContain(Repository.Spec.Values, command => command.Summary is { } text && (!char.IsUpper(text[0]) || text[^1] != '.'));
    }

    [Fact]
    public void Method_names_are_unique_within_a_group_whatever_their_case()
    {
        IEnumerable<string> clashes =
            from command in Repository.Spec.Values
            from method in command.Reply.Select(reply => reply.Method).OfType<string>().Prepend(command.Method!).Distinct()
            group command.Name by $"{command.Group} {method}".ToUpperInvariant() into sharing
            where sharing.Count() > 1
            select sharing.Key;

        Assert.Empty(clashes);
    }

    [Fact]
    public void Retry_class_agrees_with_the_servers_flags()
    {
        Assert.DoesNotContain(Repository.Spec.Values, command => command.Flags.Contains("write") && command.Retry == "readOnly");

        // Reading a cursor moves it: the one kind of read-only command that cannot be sent twice.
        string[] notRepeatable = ["FT.CURSOR DEL", "FT.CURSOR GC", "FT.CURSOR READ"];
        Assert.Equal(notRepeatable, Repository.Spec.Values
            .Where(command => command.Flags.Contains("readonly") && !command.IsContainer && command.Retry != "readOnly")
            .Select(command => command.Name));
    }

    [Fact]
    public void Nothing_that_changes_a_connection_may_be_repeated_on_another()
    {
        Assert.DoesNotContain(Repository.Spec.Values, command => command.IsSession && command.Retry != "notIdempotent");
    }

    [Fact]
    public void File_stays_small_enough_to_read_at_every_compilation()
    {
        Assert.InRange(new FileInfo(Repository.Folder.Output).Length, 1, 450_000);
    }
}
