using System.Runtime.InteropServices;

namespace TypedRedis.Connections;

/// <summary>Linux's epoll: waits for many sockets at once, level-triggered (epoll(7)).</summary>
internal sealed unsafe partial class Epoll
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;

    private const int CloseOnExec = 0x80000;
    private const int OperationAdd = 1;
    private const int OperationDelete = 2;
    private const int ErrorInterrupted = 4;
    private const int MostEvents = 64;

    // struct epoll_event is packed on x86-64 only: 4 bytes of events, then 8 bytes of data, at offset 4 there and 8 elsewhere.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventLength = s_dataOffset + sizeof(ulong);

    private readonly int _descriptor;

    private Epoll(int descriptor) => _descriptor = descriptor;

    /// <summary>A new instance, or null where the system has none to give.</summary>
    public static Epoll? TryCreate()
    {
        try
        {
            int descriptor = Create(CloseOnExec);
            return descriptor < 0 ? null : new Epoll(descriptor);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Begins to wait for a socket; false if the system refuses.</summary>
    public bool TryAdd(SafeHandle socket, uint events, int id)
    {
        byte* entry = stackalloc byte[s_eventLength];
        *(uint*)entry = events;
        *(ulong*)(entry + s_dataOffset) = (ulong)id;
        return Change(OperationAdd, socket, entry) == 0;
    }

    /// <summary>Ends that, before the socket is closed.</summary>
    public void Remove(SafeHandle socket)
    {
        byte* unused = stackalloc byte[s_eventLength];
        _ = Change(OperationDelete, socket, unused);
    }

    /// <summary>Waits until something happens, and writes down which sockets it concerns.</summary>
    /// <returns>How many; 0 after an interruption.</returns>
    public int Wait(Span<int> ids)
    {
        int most = Math.Min(ids.Length, MostEvents);
        byte* events = stackalloc byte[MostEvents * s_eventLength];
        int count = WaitFor(_descriptor, events, most, -1);
        if (count < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == ErrorInterrupted ? 0 : throw new InvalidOperationException($"epoll_wait failed with error {error}.");
        }

        for (int i = 0; i < count; i++)
        {
            ids[i] = (int)*(ulong*)(events + (i * s_eventLength) + s_dataOffset);
        }

        return count;
    }

    private int Change(int operation, SafeHandle socket, byte* entry)
    {
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            return Control(_descriptor, operation, (int)socket.DangerousGetHandle(), entry);
        }
        finally
        {
            if (isHeld)
            {
                socket.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static partial int Control(int descriptor, int operation, int socket, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int WaitFor(int descriptor, byte* events, int most, int timeout);
}
