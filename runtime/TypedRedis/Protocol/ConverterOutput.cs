using System.Buffers;

namespace TypedRedis.Protocol;

/// <summary>The buffer a converter writes to; kept per thread.</summary>
internal static class ConverterOutput
{
    // A thread keeps no more than this after a large value.
    private const int KeptCapacity = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_output;

    public static ArrayBufferWriter<byte> Take()
    {
        ArrayBufferWriter<byte> output = t_output ?? new ArrayBufferWriter<byte>(512);
        t_output = null;
        return output;
    }

    public static void Return(ArrayBufferWriter<byte> output)
    {
        if (output.Capacity <= KeptCapacity)
        {
            output.ResetWrittenCount();
            t_output = output;
        }
    }
}
