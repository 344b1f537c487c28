using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// The scripts and the libraries of functions that the server has taken on the present connection to it, so that pipelines need not send them. Only what
/// was answered counts: another pipeline's commands may be executed before a script that is still on its way. An estimate: a server can be told to forget.
/// </summary>
internal sealed class KnownScripts : IConnectionLifecycle
{
    private readonly Lock _gate = new();
    private readonly HashSet<ScriptInfo> _scripts = [];
    private readonly HashSet<FunctionLibraryInfo> _libraries = [];

    // Code that it has acknowledged. A library that is merely there may be another one of the same name.
    private readonly HashSet<string> _taken = [];
    private readonly HashSet<FunctionLibraryInfo> _missing = [];
    private RespConnection? _connection;

    /// <summary>Whether the user has no right to load scripts, so that calls carry the script's text.</summary>
    public bool IsLoadRefused { get; private set; }

    /// <summary>Whether the digest will do.</summary>
    public bool Knows(ScriptInfo script)
    {
        lock (_gate)
        {
            return _scripts.Contains(script);
        }
    }

    /// <summary>Notes that the server has the script.</summary>
    public void NoteLoaded(ScriptInfo script)
    {
        lock (_gate)
        {
            _scripts.Add(script);
        }
    }

    /// <summary>Notes that the server has forgotten the script.</summary>
    public void NoteMissing(ScriptInfo script)
    {
        lock (_gate)
        {
            _scripts.Remove(script);
        }
    }

    /// <summary>Notes that the user has no right to load scripts; on later connections neither.</summary>
    public void NoteLoadRefused() => IsLoadRefused = true;

    /// <summary>Whether and how a library is to be loaded before one of its functions is called.</summary>
    public LibraryLoad LoadOf(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            return _missing.Contains(library) ? LibraryLoad.Replace : _libraries.Contains(library) ? LibraryLoad.None : LibraryLoad.IfMissing;
        }
    }

    /// <summary>Whether the server has acknowledged the library's code, so that it knows its functions unless it was told to forget them.</summary>
    public bool HasTaken(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            return _taken.Contains(library.Code);
        }
    }

    /// <summary>Notes that the server has taken the library's code.</summary>
    public void NoteLoaded(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            _libraries.Add(library);
            _taken.Add(library.Code);
            _missing.Remove(library);
        }
    }

    /// <summary>Notes that the server has a library of that name, whatever its code.</summary>
    public void NoteThere(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            _libraries.Add(library);
            _missing.Remove(library);
        }
    }

    /// <summary>Notes that the server lacks a library, or has another one of that name.</summary>
    public void NoteMissing(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            _missing.Add(library);
            _taken.Remove(library.Code);
        }
    }

    /// <summary>Begins anew, for another connection: it may lead to another server.</summary>
    public Task OnReadyAsync(RespConnection connection, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _connection = connection;
            Clear();
        }

        return Task.CompletedTask;
    }

    public void OnLost(RespConnection connection, Exception cause)
    {
        lock (_gate)
        {
            // Of one that was left before, nothing is known any more.
            if (_connection == connection)
            {
                _connection = null;
                Clear();
            }
        }
    }

    // Under the lock.
    private void Clear()
    {
        _scripts.Clear();
        _libraries.Clear();
        _taken.Clear();
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
