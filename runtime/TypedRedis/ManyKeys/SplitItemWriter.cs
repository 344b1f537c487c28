using System.ComponentModel;
using TypedRedis.Protocol;

namespace TypedRedis.ManyKeys;

/// <summary>Writes the arguments of one item, its key first. For generated code.</summary>
/// <typeparam name="TItem">A key, or a key with what belongs to it.</typeparam>
/// <param name="request">Where to.</param>
/// <param name="item">The item.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void SplitItemWriter<in TItem>(ref RequestWriter request, TItem item);
