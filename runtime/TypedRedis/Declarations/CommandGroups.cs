namespace TypedRedis;

/// <summary>Groups of commands, as the command documentation of Redis and Valkey orders them.</summary>
[Flags]
public enum CommandGroups : long
{
    /// <summary>No group.</summary>
    None = 0,

    /// <summary>Commands of the group Generic.</summary>
    Generic = 1L << 0,

    /// <summary>Commands of the group String.</summary>
    String = 1L << 1,

    /// <summary>Commands of the group Hash.</summary>
    Hash = 1L << 2,

    /// <summary>Commands of the group List.</summary>
    List = 1L << 3,

    /// <summary>Commands of the group Set.</summary>
    Set = 1L << 4,

    /// <summary>Commands of the group SortedSet.</summary>
    SortedSet = 1L << 5,

    /// <summary>Commands of the group Stream.</summary>
    Stream = 1L << 6,

    /// <summary>Commands of the group PubSub.</summary>
    PubSub = 1L << 7,

    /// <summary>Commands of the group Bitmap.</summary>
    Bitmap = 1L << 8,

    /// <summary>Commands of the group HyperLogLog.</summary>
    HyperLogLog = 1L << 9,

    /// <summary>Commands of the group Geo.</summary>
    Geo = 1L << 10,

    /// <summary>Commands of the group Scripting.</summary>
    Scripting = 1L << 11,

    /// <summary>Commands of the group Transactions. They change the state of a connection, so none becomes a member: see <c>TransactionAsync</c>.</summary>
    Transactions = 1L << 12,

    /// <summary>Commands of the group Connection.</summary>
    Connection = 1L << 13,

    /// <summary>Commands of the group Cluster.</summary>
    Cluster = 1L << 14,

    /// <summary>Commands of the group Server.</summary>
    Server = 1L << 15,

    /// <summary>Commands of the group Json.</summary>
    Json = 1L << 16,

    /// <summary>Commands of the group Search.</summary>
    Search = 1L << 17,

    /// <summary>Commands of the group TimeSeries.</summary>
    TimeSeries = 1L << 18,

    /// <summary>Bloom filters (<c>BF.</c>).</summary>
    Bf = 1L << 19,

    /// <summary>Cuckoo filters (<c>CF.</c>).</summary>
    Cf = 1L << 20,

    /// <summary>Count-min sketches (<c>CMS.</c>).</summary>
    Cms = 1L << 21,

    /// <summary>Commands of the group TopK.</summary>
    TopK = 1L << 22,

    /// <summary>Commands of the group TDigest.</summary>
    TDigest = 1L << 23,

    /// <summary>Auto-complete suggestions (<c>FT.SUG…</c>).</summary>
    Suggestion = 1L << 24,

    /// <summary>Commands of the group Array.</summary>
    Array = 1L << 25,

    /// <summary>What servers file under modules: vector sets, and commands of an imported spec without a group of their own.</summary>
    Module = 1L << 26,

    /// <summary>Commands of the group Sentinel.</summary>
    Sentinel = 1L << 27,

    /// <summary>Vector sets (<c>VADD</c>, <c>VSIM</c>, …).</summary>
    VectorSet = 1L << 28,
}
