using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// The scripts that were sent in full on a connection, so that their digest will do from then on. An estimate: a server can be told to forget.
/// </summary>
internal sealed class KnownScripts
{
    private readonly Lock _gate = new();
    private readonly HashSet<ScriptInfo> _scripts = [];

    /// <summary>Whether the digest will do; if not, the caller sends the script in full, and the next one need not.</summary>
    public bool Knows(ScriptInfo script)
    {
        lock (_gate)
        {
            return !_scripts.Add(script);
        }
    }

    /// <summary>Begins anew, for another connection.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _scripts.Clear();
        }
    }
}
