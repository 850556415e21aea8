using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace SeqGan.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task TrainAsync_OverEncryptedConnections_EndsWithTheWeightsOfOneProcess()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using X509Certificate2 certificate = MakeCertificate();
        (int port, int gateway) = (SiloHost.FreePort(), SiloHost.FreePort());
        using IHost first = SiloHost.Build(1, Encrypted(port, gateway)), second = SiloHost.Build(1, Encrypted(SiloHost.FreePort(), 0));
        await first.StartAsync(cancellationToken);
        await second.StartAsync(cancellationToken);
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gateway).UseTls(certificate, Require));
        using IHost trainer = builder.Build();
        await trainer.StartAsync(cancellationToken);
        IClusterClient client = trainer.Services.GetRequiredService<IClusterClient>();
        await SiloHost.WaitForAsync(client, 2, cancellationToken);
        Assert.Equal(
            await OrleansRewardsTests.WeightsAsync(TinyTraining.Builder()),
            await OrleansRewardsTests.WeightsAsync(TinyTraining.Builder().UseOrleansRewards(client)));
        await AuthenticateAsync(port);
        await AuthenticateAsync(gateway);
        await trainer.StopAsync(cancellationToken);
        await second.StopAsync(cancellationToken);
        await first.StopAsync(cancellationToken);

        Action<ISiloBuilder> Encrypted(int siloPort, int gatewayPort) => silo =>
        {
            SiloHost.OnThisMachine(siloPort, gatewayPort, port)(silo);
            silo.UseTls(certificate, Require);
        };

        void Require(TlsOptions options)
        {
            options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            // Made for this test, so no authority vouches for it.
            options.RemoteCertificateValidation = (remote, _, _) => remote.Thumbprint == certificate.Thumbprint;
            options.OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = "localhost";
        }

        // Throws where the port does not speak TLS, or has another certificate.
        async Task AuthenticateAsync(int to)
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, to, cancellationToken);
            await using var stream = new SslStream(
                connection.GetStream(), leaveInnerStreamOpen: false,
                (_, remote, _, _) => remote?.GetCertHashString() == certificate.Thumbprint);
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate] }, cancellationToken);
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        // For servers and for clients.
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
