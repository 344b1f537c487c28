namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A command that a <see cref="FakeNode"/> has received. Answers go out in the order of the commands, whichever is given first.</summary>
internal sealed class FakeRequest(string text)
{
    private readonly TaskCompletionSource<string?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The words, joined by spaces.</summary>
    public string Text { get; } = text;

    /// <summary>What to send; null to break the connection instead.</summary>
    public Task<string?> Answered => _answer.Task;

    /// <summary>Answers with encoded bytes, one character a byte.</summary>
    public void Answer(string resp) => _answer.SetResult(resp);

    /// <summary>Breaks the connection when all commands before this one are answered.</summary>
    public void Break() => _answer.SetResult(null);
}
