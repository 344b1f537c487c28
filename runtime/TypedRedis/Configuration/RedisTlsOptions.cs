using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace TypedRedis;

/// <summary>How connections are encrypted. The defaults verify the server's certificate against the machine's authorities.</summary>
public sealed record RedisTlsOptions
{
    /// <summary>Whether the certificate must name the host that was dialled; true by default.</summary>
    public bool CheckHostName { get; init; } = true;

    /// <summary>Whether the certificate must come from a trusted authority; true by default. False accepts any certificate, for tests only.</summary>
    public bool VerifyCertificate { get; init; } = true;

    /// <summary>A PEM file of the authorities to trust instead of the machine's; null for the machine's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>A PEM file with the certificate to present to the server; null for none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>A PEM file with that certificate's key; null if it is in <see cref="ClientCertificateFile"/>.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>The last word: called for every connection with what the other options made; null by default.</summary>
    public Action<RedisEndpoint, SslClientAuthenticationOptions>? Configure { get; init; }

    /// <summary>Reads the files once and gives what each connection needs.</summary>
    /// <exception cref="RedisConfigurationException">A file cannot be read.</exception>
    internal Func<RedisEndpoint, SslClientAuthenticationOptions> CreateFactory()
    {
        X509Certificate2Collection? authorities = CertificateAuthorityFile is { } file
            ? Load(file, static path =>
            {
                var loaded = new X509Certificate2Collection();
                loaded.ImportFromPemFile(path);
                return loaded;
            })
            : null;
        X509Certificate2? certificate = ClientCertificateFile is { } certificateFile
            ? Load(certificateFile, path => X509Certificate2.CreateFromPemFile(path, ClientKeyFile))
            : null;
        return endpoint => Create(endpoint, authorities, certificate);
    }

    private static T Load<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new RedisConfigurationException($"The certificate file {file} cannot be read: {cause.Message}", cause);
        }
    }

    private SslClientAuthenticationOptions Create(RedisEndpoint endpoint, X509Certificate2Collection? authorities, X509Certificate2? certificate)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Host };
        if (certificate is not null)
        {
            options.ClientCertificates = [certificate];
        }

        if (authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (!CheckHostName || !VerifyCertificate)
        {
            SslPolicyErrors forgiven = (CheckHostName ? 0 : SslPolicyErrors.RemoteCertificateNameMismatch)
                | (VerifyCertificate ? 0 : SslPolicyErrors.RemoteCertificateChainErrors);
            options.RemoteCertificateValidationCallback = (_, _, _, errors) => (errors & ~forgiven) == SslPolicyErrors.None;
        }

        Configure?.Invoke(endpoint, options);
        return options;
    }
}
