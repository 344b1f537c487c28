using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.Tests;

namespace TypedRedis.UnitTests.Routing;

/// <summary><see cref="RetryPolicy"/> against the table that users read, for every combination of what it decides by.</summary>
public class RetryTableTests
{
    private const string Begin = "<!-- retry policy: made by RetryTableTests -->\n";
    private const string End = "<!-- end of the retry policy -->";

    private static string GuidePath => Path.Combine(RepositoryRoot.Path, "docs", "failures.md");

    [Fact]
    public void Policy_decides_every_combination_as_the_table_says()
    {
        int combinations = 0;
        foreach (Attempt attempt in AllAttempts())
        {
            combinations++;
            RetryTable.Row row = RetryTable.For(attempt);
            Assert.True(
                row.DecisionFor(attempt) == RetryPolicy.Decide(attempt), $"{attempt}: the table says {row.DecisionFor(attempt)} ({row.What}), the policy {RetryPolicy.Decide(attempt)}.");
        }

        Assert.Equal(14 * 4 * 3 * 4 * 4 * 2 * 2 * 2 * 2 * 2 * 2 * 2 * 2, combinations);
    }

    [Fact]
    public void Every_row_is_met()
    {
        HashSet<RetryTable.Row> met = [.. AllAttempts().Select(RetryTable.For)];
        Assert.Equal(RetryTable.Rows, RetryTable.Rows.Where(met.Contains));
    }

    [Fact]
    public void Guide_shows_the_table()
    {
        string guide = File.ReadAllText(GuidePath);
        int begin = guide.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = guide.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("TYPEDREDIS_UPDATE_BASELINES") == "1")
        {
            File.WriteAllText(GuidePath, guide[..begin] + RetryTable.ToMarkdown() + guide[end..]);
            return;
        }

        Assert.Equal(RetryTable.ToMarkdown(), guide[begin..end]);
    }

    private static IEnumerable<Attempt> AllAttempts() =>
        from setback in Enum.GetValues<Setback>()
        from binding in Enum.GetValues<Binding>()
        from retry in Enum.GetValues<RetryClass>()
        from redirects in (int[])[1, 4, 5, 17]
        from answeredAfter in (int[])[249, 250, 349, 350]
        from setUp in (int[])[0, 100]
        from flags in Enumerable.Range(0, 128)
        select new Attempt
        {
            Setback = setback,
            Attempts = 3,
            Redirects = redirects,
            Retry = retry,
            Binding = binding,
            MayHaveExecuted = (flags & 1) != 0,
            RepeatsAll = (flags & 2) != 0,
            FollowsRedirects = (flags & 4) != 0,
            IsKnownReplica = (flags & 8) != 0,
            IsGroupOfKeys = (flags & 16) != 0,
            IsOverdue = (flags & 32) != 0,
            AsksForNew = (flags & 64) != 0,
            AnsweredAfter = TimeSpan.FromMilliseconds(answeredAfter),
            SetUp = TimeSpan.FromMilliseconds(setUp),
        };
}
