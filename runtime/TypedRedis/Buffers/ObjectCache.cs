using System.Runtime.CompilerServices;

namespace TypedRedis.Buffers;

/// <summary>
/// Keeps objects for reuse: a few per thread, taken and returned without any synchronisation, and a shared reserve that
/// balances threads which only take with threads which only return.
/// </summary>
/// <typeparam name="T">The objects' type.</typeparam>
internal static class ObjectCache<T>
    where T : class
{
    private const int LocalCapacity = 64;
    private const int BatchSize = LocalCapacity / 2;
    private const int SharedCapacity = 16 * 1024;

    private static readonly Lock s_gate = new();
    private static readonly List<T> s_shared = [];

    [ThreadStatic]
    private static Local? t_local;

    // Inlined, so that callers which know the type find its thread static without a look-up.

    /// <summary>An object kept earlier, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? TryTake()
    {
        Local local = t_local ??= new Local();
        if (local.Count == 0 && !local.TryRefill())
        {
            return null;
        }

        ref Slot slot = ref local.Items[--local.Count];
        T? item = slot.Item;
        slot.Item = null;
        return item;
    }

    /// <summary>Keeps an object that nobody else refers to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Return(T item)
    {
        Local local = t_local ??= new Local();
        if (local.Count == LocalCapacity)
        {
            local.Spill();
        }

        local.Items[local.Count++].Item = item;
    }

    // An array of these is written without a check of the element's type.
    private struct Slot
    {
        public T? Item;
    }

    private sealed class Local
    {
        public readonly Slot[] Items = new Slot[LocalCapacity];

        public int Count;

        public bool TryRefill()
        {
            // Read without the lock: at worst one refill is missed.
            if (s_shared.Count == 0)
            {
                return false;
            }

            lock (s_gate)
            {
                int taken = Math.Min(BatchSize, s_shared.Count);
                int from = s_shared.Count - taken;
                for (int i = 0; i < taken; i++)
                {
                    Items[i].Item = s_shared[from + i];
                }

                s_shared.RemoveRange(from, taken);
                Count = taken;
                return taken > 0;
            }
        }

        public void Spill()
        {
            lock (s_gate)
            {
                for (int i = 0; i < BatchSize; i++)
                {
                    Count--;
                    if (s_shared.Count < SharedCapacity)
                    {
                        s_shared.Add(Items[Count].Item!);
                    }

                    Items[Count].Item = null;
                }
            }
        }
    }
}
