namespace TypedRedis.ServerTests.Cluster;

/// <summary>Commands without keys that go to several nodes.</summary>
[RedisInterface]
internal partial interface IWholeCluster
{
    ValueTask<long> DbSizeAsync(Deadline deadline = default);

    ValueTask<string[]> KeysAsync(string pattern);

    [Command("KEYS $pattern")]
    ValueTask<IReadOnlyList<byte[]>> KeysAsBytesAsync(string pattern);

    ValueTask<string?> RandomKeyAsync();

    ValueTask<string> PingAsync(Deadline deadline = default);

    ValueTask FlushDbAsync(Deadline deadline = default);

    [Command("CONFIG SET $name $value")]
    ValueTask ConfigSetAsync(string name, string value, Deadline deadline = default);

    ValueTask ScriptKillAsync(Deadline deadline = default, CancellationToken cancellationToken = default);

    [Command("SCRIPT LOAD $script")]
    ValueTask<string> ScriptLoadAsync(string script);

    [Command("SCRIPT LOAD $script")]
    ValueTask<int> ScriptLoadAsync(string script, Memory<byte> digest);

    [Command("SCRIPT EXISTS $digests")]
    ValueTask<bool[]> ScriptsExistAsync(string[] digests);

    [Command("SCRIPT EXISTS $digests")]
    ValueTask<List<bool>> ScriptsExistAsListAsync(string[] digests);

    [Command("SCRIPT EXISTS $digests")]
    ValueTask<RespValue> ScriptsExistAsTreeAsync(string[] digests);

    [Command("SLOWLOG GET")]
    ValueTask<RespValue[]> SlowCommandsAsync();

    [Command("SLOWLOG LEN")]
    ValueTask<long> CountSlowCommandsAsync();

    [Command("PUBSUB CHANNELS $pattern")]
    ValueTask<string[]> ChannelsAsync(string pattern);

    [Command("PUBSUB NUMSUB $channels")]
    ValueTask<Dictionary<string, long>> SubscribersAsync(string[] channels);

    [Command("CLUSTER COUNTKEYSINSLOT 9999")]
    ValueTask<long> CountInSlot9999Async();
}
