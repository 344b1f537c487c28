using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>How much may be in flight, and who hears of room.</summary>
public class SendWindowTests
{
    [Fact]
    public void As_much_as_the_limit_passes_and_no_more()
    {
        var window = new SendWindow(100);
        Assert.True(window.HasRoomFor(60));
        window.Add(60);
        Assert.True(window.HasRoomFor(40));
        Assert.False(window.HasRoomFor(41));
        window.Add(40);
        Assert.False(window.HasRoomFor(1));
    }

    [Fact]
    public void Command_larger_than_the_limit_passes_alone()
    {
        var window = new SendWindow(100);
        Assert.True(window.HasRoomFor(1_000));
        window.Add(1_000);
        Assert.False(window.HasRoomFor(1));
        window.NoteAnswered(1_000);
        Assert.True(window.HasRoomFor(1_000));
    }

    [Fact]
    public void Nobody_hears_of_room_who_was_not_refused()
    {
        var window = new SendWindow(100);
        Assert.True(window.HasRoomFor(100));
        window.Add(100);
        Assert.False(window.NoteAnswered(100));
        Assert.False(window.TryGrantRoom());
    }

    [Fact]
    public void Whoever_was_refused_hears_of_room_once_half_of_it_is_free()
    {
        var window = new SendWindow(100);
        window.Add(100);
        Assert.False(window.HasRoomFor(10));
        Assert.True(window.NoteAnswered(49));
        Assert.False(window.TryGrantRoom());
        Assert.True(window.NoteAnswered(1));
        Assert.True(window.TryGrantRoom());
        Assert.False(window.IsRoomWanted);
        Assert.False(window.TryGrantRoom());
        Assert.False(window.NoteAnswered(50));
    }
}
