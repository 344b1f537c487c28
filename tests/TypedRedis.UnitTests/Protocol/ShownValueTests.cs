using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TypedRedis.UnitTests.Protocol;

public class ShownValueTests
{
    // An error made with the value says "Actual value was …". Those that the framework's ThrowIf methods make do too: they are for settings.
    [Fact]
    public void No_error_about_a_range_is_made_with_the_value()
    {
        using var assembly = new PEReader(File.OpenRead(typeof(RedisClient).Assembly.Location));
        MetadataReader metadata = assembly.GetMetadataReader();
        List<int> parameterCounts = [];
        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference
                && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name, nameof(ArgumentOutOfRangeException))
                && metadata.StringComparer.Equals(member.Name, ".ctor"))
            {
                BlobReader signature = metadata.GetBlobReader(member.Signature);
                signature.ReadSignatureHeader();
                parameterCounts.Add(signature.ReadCompressedInteger());
            }
        }

        Assert.NotEmpty(parameterCounts);
        Assert.All(parameterCounts, count => Assert.InRange(count, 0, 2));
    }
}
