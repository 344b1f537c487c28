using System.Buffers;

namespace TypedRedis.UnitTests.Connections;

/// <summary>
/// A pool that counts what is out, poisons what comes back, and rents out again at once what came back last: who still reads an array that he has given
/// back reads poison, or somebody else's bytes.
/// </summary>
internal sealed class PoisoningPool : ArrayPool<byte>
{
    /// <summary>What returned arrays are filled with.</summary>
    public const byte Poison = 0xDD;

    private readonly Lock _gate = new();
    private readonly HashSet<byte[]> _out = [];
    private readonly List<byte[]> _free = [];
    private int _rents;
    private int _wrongReturns;

    /// <summary>How many were ever rented.</summary>
    public int Rents
    {
        get
        {
            lock (_gate)
            {
                return _rents;
            }
        }
    }

    /// <summary>How many are out.</summary>
    public int Out
    {
        get
        {
            lock (_gate)
            {
                return _out.Count;
            }
        }
    }

    /// <summary>How often an array came back that was not out.</summary>
    public int WrongReturns
    {
        get
        {
            lock (_gate)
            {
                return _wrongReturns;
            }
        }
    }

    /// <summary>Called with the length in each rent, before it; may block there.</summary>
    public Action<int>? Renting { get; set; }

    public override byte[] Rent(int minimumLength)
    {
        Renting?.Invoke(minimumLength);
        lock (_gate)
        {
            int index = _free.FindLastIndex(array => array.Length >= minimumLength);
            byte[] array = index < 0 ? new byte[minimumLength] : _free[index];
            if (index >= 0)
            {
                _free.RemoveAt(index);
            }

            _out.Add(array);
            _rents++;
            return array;
        }
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        lock (_gate)
        {
            if (!_out.Remove(array))
            {
                _wrongReturns++;
                return;
            }

            array.AsSpan().Fill(Poison);
            _free.Add(array);
        }
    }

    /// <summary>Requires that all came back, each once.</summary>
    public void AssertAllBack()
    {
        Assert.Equal(0, Out);
        Assert.Equal(0, WrongReturns);
    }
}
