using TypedRedis.Protocol;

namespace TypedRedis.Topology;

/// <summary>What <c>ROLE</c> says (Redis 2.8.12), of which only the first word matters: whether the server is a primary by now.</summary>
/// <remarks><see href="https://redis.io/commands/role/"/></remarks>
internal static class RoleReply
{
    /// <summary>Decodes the reply. Throws a <see cref="RedisReplyException"/> if it is not a list that begins with a word.</summary>
    public static ReplyDecoder<bool> IsPrimary { get; } = new RoleDecoder();

    private sealed class RoleDecoder : ReplyDecoder<bool>
    {
        public override bool Decode(ref RespReader reader)
        {
            if (!reader.IsAggregate || reader.IsNull || reader.Count == 0)
            {
                throw new RedisReplyException("The reply to ROLE names no role.");
            }

            int rest = reader.Count - 1;
            reader.Read();
            bool isPrimary = !reader.IsAggregate && !reader.IsNull && reader.Content.SequenceEqual("master"u8);
            reader.SkipContent();
            for (int i = 0; i < rest; i++)
            {
                reader.Skip();
            }

            return isPrimary;
        }
    }
}
