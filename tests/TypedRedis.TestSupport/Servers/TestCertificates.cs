using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TypedRedis.TestSupport;

/// <summary>What the server certificate of <see cref="TestCertificates"/> looks like.</summary>
public sealed record TestCertificateOptions
{
    /// <summary>The DNS names in the server's certificate; default <c>localhost</c>.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = ["localhost"];

    /// <summary>The addresses in the server's certificate; default both loopback addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Whether the server's certificate has expired yesterday; default no.</summary>
    public bool Expired { get; init; }
}

/// <summary>
/// A certificate authority made for one test run, with a server and a client certificate signed by it, all in memory and as PEM
/// files in a folder that is removed with this object.
/// </summary>
public sealed class TestCertificates : IDisposable
{
    private readonly string _folder;

    private TestCertificates(string folder, X509Certificate2 authority, X509Certificate2 client)
    {
        _folder = folder;
        Authority = authority;
        Client = client;
    }

    /// <summary>The authority's own certificate: what a client has to trust.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>A client's certificate with its key, for servers that demand one.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>The authority's certificate as a PEM file.</summary>
    public string AuthorityFile => Path.Combine(_folder, "ca.crt");

    /// <summary>The server's certificate as a PEM file.</summary>
    public string ServerFile => Path.Combine(_folder, "server.crt");

    /// <summary>The key of the server's certificate as a PEM file.</summary>
    public string ServerKeyFile => Path.Combine(_folder, "server.key");

    /// <summary>Makes a new authority and its certificates; takes a few milliseconds.</summary>
    public static TestCertificates Create(TestCertificateOptions? options = null)
    {
        options ??= new TestCertificateOptions();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(now.AddDays(-10), now.AddDays(10));

        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in options.HostNames)
        {
            names.AddDnsName(name);
        }

        foreach (IPAddress address in options.Addresses)
        {
            names.AddIpAddress(address);
        }

        DateTimeOffset end = options.Expired ? now.AddDays(-1) : now.AddDays(9);
        using X509Certificate2 server = Issue(authority, "CN=Test server", names, end);
        using X509Certificate2 client = Issue(authority, "CN=Test client", null, now.AddDays(9));

        string folder = ProcessRegistry.CreateFolder();
        var certificates = new TestCertificates(
            folder,
            X509CertificateLoader.LoadCertificate(authority.RawData),
            // TLS on some systems takes keys only from a PKCS#12 container.
            X509CertificateLoader.LoadPkcs12(client.Export(X509ContentType.Pkcs12), null));
        File.WriteAllText(certificates.AuthorityFile, authority.ExportCertificatePem());
        File.WriteAllText(certificates.ServerFile, server.ExportCertificatePem());
        using ECDsa key = server.GetECDsaPrivateKey()!;
        File.WriteAllText(certificates.ServerKeyFile, key.ExportPkcs8PrivateKeyPem());
        return certificates;
    }

    /// <summary>Options for <see cref="SslStream"/>: trusts this authority alone and shows the client's certificate.</summary>
    public SslClientAuthenticationOptions CreateClientOptions(string host = "localhost")
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(Authority);
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            ClientCertificates = [Client],
        };
    }

    /// <summary>Removes the files.</summary>
    public void Dispose()
    {
        Authority.Dispose();
        Client.Dispose();
        ProcessRegistry.DeleteFolder(_folder);
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string subject, SubjectAlternativeNameBuilder? names, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        // Cluster nodes use one certificate for both directions.
        var usages = new OidCollection { new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2") };
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        byte[] serial = RandomNumberGenerator.GetBytes(12);
        using X509Certificate2 issued = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-9), end, serial);
        return issued.CopyWithPrivateKey(key);
    }
}
