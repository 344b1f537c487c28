using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// The scripts that were sent in full on a connection, so that their digest will do from then on, and the libraries of functions that pipelines
/// have loaded. An estimate: a server can be told to forget.
/// </summary>
internal sealed class KnownScripts
{
    private readonly Lock _gate = new();
    private readonly HashSet<ScriptInfo> _scripts = [];
    private readonly HashSet<FunctionLibraryInfo> _libraries = [];
    private readonly HashSet<FunctionLibraryInfo> _missing = [];

    /// <summary>Whether the digest will do; if not, the caller sends the script in full, and the next one need not.</summary>
    public bool Knows(ScriptInfo script)
    {
        lock (_gate)
        {
            return !_scripts.Add(script);
        }
    }

    /// <summary>Whether a library is to be loaded before one of its functions is called; if so, the caller does it, and the next one need not.</summary>
    public LibraryLoad LoadOf(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            bool isNew = _libraries.Add(library);
            return _missing.Remove(library) ? LibraryLoad.Replace : isNew ? LibraryLoad.IfMissing : LibraryLoad.None;
        }
    }

    /// <summary>Notes that the server lacks a library, or has another one of that name.</summary>
    public void NoteMissing(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            _missing.Add(library);
        }
    }

    /// <summary>Begins anew, for another connection.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _scripts.Clear();
            _libraries.Clear();
        }
    }
}

/// <summary>Whether and how a library of functions is loaded before a call.</summary>
internal enum LibraryLoad
{
    /// <summary>Not at all: the server has it.</summary>
    None,

    /// <summary>If the server has none of that name.</summary>
    IfMissing,

    /// <summary>In place of one of that name, if there is one.</summary>
    Replace,
}
