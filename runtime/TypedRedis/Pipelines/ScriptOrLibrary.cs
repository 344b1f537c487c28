using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>What a server must have to execute a command: a script or a library of functions, one of the two.</summary>
internal readonly record struct ScriptOrLibrary(ScriptInfo? Script, FunctionLibraryInfo? Library);
