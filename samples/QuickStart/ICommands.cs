using TypedRedis;

namespace QuickStart;

/// <summary>Whole groups of commands, every one a method, without writing any.</summary>
[RedisInterface(Groups = CommandGroups.SortedSet | CommandGroups.Generic)]
internal partial interface ICommands;
