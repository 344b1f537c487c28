using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>What is known of the scripts and libraries that a server has: what it has said on the present connection.</summary>
public class KnownScriptsTests
{
    private static readonly ScriptInfo s_script = new("return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    private static readonly FunctionLibraryInfo s_library = new("lib", "#!lua name=lib");
    private static readonly FunctionLibraryInfo s_sameCode = new("lib", "#!lua name=lib");
    private static readonly FunctionLibraryInfo s_other = new("other", "#!lua name=other");

    private readonly KnownScripts _known = new();

    [Fact]
    public void Script_is_known_from_the_servers_word_until_it_says_otherwise()
    {
        Assert.False(_known.Knows(s_script));
        _known.NoteLoaded(s_script);
        Assert.True(_known.Knows(s_script));
        _known.NoteMissing(s_script);
        Assert.False(_known.Knows(s_script));
    }

    [Fact]
    public void Library_is_loaded_once_and_replaced_after_the_server_has_denied_it()
    {
        Assert.Equal(LibraryLoad.IfMissing, _known.LoadOf(s_library));
        _known.NoteLoaded(s_library);
        Assert.Equal(LibraryLoad.None, _known.LoadOf(s_library));
        Assert.Equal(LibraryLoad.IfMissing, _known.LoadOf(s_other));
        _known.NoteMissing(s_library);
        Assert.Equal(LibraryLoad.Replace, _known.LoadOf(s_library));
        Assert.False(_known.HasTaken(s_library));
        _known.NoteLoaded(s_library);
        Assert.Equal(LibraryLoad.None, _known.LoadOf(s_library));
    }

    [Fact]
    public void Library_that_is_merely_there_is_not_loaded_and_may_be_another_one()
    {
        _known.NoteMissing(s_library);
        _known.NoteThere(s_library);
        Assert.Equal(LibraryLoad.None, _known.LoadOf(s_library));
        Assert.False(_known.HasTaken(s_library));
        _known.NoteLoaded(s_library);
        Assert.True(_known.HasTaken(s_library));
        Assert.True(_known.HasTaken(s_sameCode));
        Assert.False(_known.HasTaken(s_other));
    }

    [Fact]
    public async Task Another_connection_begins_without_knowledge_but_for_rights_and_what_was_denied()
    {
        await using var first = new ConnectionRig();
        await using var second = new ConnectionRig();
        await _known.OnReadyAsync(first.Connection, CancellationToken.None);
        LearnAll();
        await _known.OnReadyAsync(second.Connection, CancellationToken.None);
        AssertForgotten();

        // The end of one that was left before says nothing of the present one.
        LearnAll();
        _known.OnLost(first.Connection, new IOException());
        Assert.True(_known.Knows(s_script));
        _known.OnLost(second.Connection, new IOException());
        AssertForgotten();
        LearnAll();
        _known.OnLost(second.Connection, new IOException());
        Assert.True(_known.Knows(s_script));
    }

    private void LearnAll()
    {
        _known.NoteLoaded(s_script);
        _known.NoteLoaded(s_library);
        _known.NoteMissing(s_other);
        _known.NoteLoadRefused();
    }

    private void AssertForgotten()
    {
        Assert.False(_known.Knows(s_script));
        Assert.False(_known.HasTaken(s_library));
        Assert.Equal(LibraryLoad.IfMissing, _known.LoadOf(s_library));
        Assert.Equal(LibraryLoad.Replace, _known.LoadOf(s_other));
        Assert.True(_known.IsLoadRefused);
    }
}
