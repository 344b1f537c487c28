using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

public class OvertakenCommandsTests
{
    private readonly OvertakenCommands _overtaken = new();

    [Fact]
    public void Write_overtakes_all_of_its_slot_that_were_refused_and_each_is_told_once()
    {
        Refuse(0, NodeClient.Get, 7);
        Refuse(1, NodeClient.Incr, 7);
        Refuse(2, NodeClient.Set, 8);
        Assert.Equal([0, 1], Execute(NodeClient.Set, 7).Order());
        Assert.Empty(Execute(NodeClient.Set, 7));
        Assert.Equal([2], Execute(NodeClient.Incr, 8));
    }

    [Fact]
    public void Read_overtakes_writes_alone()
    {
        Refuse(0, NodeClient.Get, 7);
        Refuse(1, NodeClient.Incr, 7);
        Assert.Equal([1], Execute(NodeClient.Get, 7));
        Assert.Empty(Execute(NodeClient.Get, 7));
        Assert.Equal([0], Execute(NodeClient.Set, 7));
    }

    [Fact]
    public void Command_of_a_slot_of_which_none_was_refused_overtakes_nothing()
    {
        Assert.Empty(Execute(NodeClient.Set, 7));
        Refuse(0, NodeClient.Set, 7);
        Assert.Empty(Execute(NodeClient.Set, 8));
        Assert.Empty(Execute(NodeClient.Set, -1));
        Refuse(1, NodeClient.Get, 7);
        Assert.Equal([0, 1], Execute(NodeClient.Set, 7));
    }

    private void Refuse(int index, CommandInfo info, int slot) => _overtaken.NoteRefused(index, new PipelineCommand { Info = info, Bucket = slot });

    private int[] Execute(CommandInfo info, int slot) => _overtaken.NoteExecuted(new PipelineCommand { Info = info, Bucket = slot });
}
