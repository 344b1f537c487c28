using System.Text;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>GETs encoded beforehand, and the replies they must get, byte by byte.</summary>
/// <param name="Request">What to send.</param>
/// <param name="Reply">What must come back.</param>
internal sealed record RawFrames(byte[] Request, byte[] Reply)
{
    /// <summary>All keys that are only read, in batches of this length; the last keys that fill no batch are left out.</summary>
    public static RawFrames[] Batches(int length) =>
        [.. Enumerable.Range(0, DataSet.Read.Keys.Length / length).Select(batch => Of(Enumerable.Range(batch * length, length)))];

    /// <summary>GETs of some of the keys that are only read.</summary>
    public static RawFrames Of(IEnumerable<int> keys)
    {
        DataSet data = DataSet.Read;
        var request = new StringBuilder();
        var reply = new StringBuilder();
        foreach (int i in keys)
        {
            request.Append($"*2\r\n$3\r\nGET\r\n${data.Keys[i].Length}\r\n{data.Keys[i]}\r\n");
            reply.Append($"${data.Texts[i].Length}\r\n{data.Texts[i]}\r\n");
        }

        return new RawFrames(Encoding.ASCII.GetBytes(request.ToString()), Encoding.ASCII.GetBytes(reply.ToString()));
    }
}
