namespace TypedRedis.Generator.Declarations;

/// <summary>Names of the runtime's types that declarations use.</summary>
internal static class KnownNames
{
    public const string RuntimeNamespace = "TypedRedis";
    public const string InterfaceAttribute = "TypedRedis.RedisInterfaceAttribute";
    public const string CommandAttribute = "TypedRedis.CommandAttribute";
    public const string ScriptAttribute = "TypedRedis.ScriptAttribute";
    public const string FunctionAttribute = "TypedRedis.FunctionAttribute";
    public const string FunctionLibraryAttribute = "TypedRedis.FunctionLibraryAttribute";
    public const string KeySlotAttribute = "TypedRedis.Protocol.KeySlotAttribute";
    public const string Pipeline = "TypedRedis.RedisPipeline";
    public const string Key = "TypedRedis.RedisKey";
    public const string KeyAttribute = "TypedRedis.RedisKeyAttribute";
    public const string ConverterAttribute = "TypedRedis.RedisConverterAttribute";
    public const string ConverterInterface = "IRedisValueConverter";
    public const string AllowNullAttribute = "System.Diagnostics.CodeAnalysis.AllowNullAttribute";
    public const string DisallowNullAttribute = "System.Diagnostics.CodeAnalysis.DisallowNullAttribute";
    public const string ObsoleteAttribute = "System.ObsoleteAttribute";
    public const string GroupsProperty = "Groups";

    /// <summary>Tool name in the <c>[GeneratedCode]</c> attribute of everything emitted.</summary>
    public const string Tool = "TypedRedis.Generator";
}
