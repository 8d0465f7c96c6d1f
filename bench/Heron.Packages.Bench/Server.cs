// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

/// <summary>A server in a process of its own, with what it used of the machine.</summary>
internal sealed class Server : IDisposable
{
    private const double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly List<string> _said;
    private bool _isDisposed;

    private Server(string name, Process process, int port, List<string> said)
    {
        _said = said;
        Name = name;
        Port = port;
        _process = process;
    }

    public string Name { get; }

    public int Port { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Processor time of the process and its children, in seconds.</summary>
    public double Cpu => Family().Sum(id =>
    {
        var stat = Read($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    });

    /// <summary>The most memory that the process and its children had, in MB.</summary>
    public double Peak => Memory("VmHWM:");

    /// <summary>The memory that they have, in MB.</summary>
    public double Now => Memory("VmRSS:");

    public static Task<Server> HeronAsync(string program, string home, string core, params string[] environment) =>
        HeronOfAsync(program, home, LocalWith(home, core), environment);

    /// <summary>A server that speaks TLS.</summary>
    public static Task<Server> HeronTlsAsync(string program, string home, string core, TestCertificate certificate) => HeronOfAsync(
        program, home, [.. LocalWith(home, core), "--tls-certificate", certificate.CertificateFile, "--tls-key", certificate.KeyFile]);

    /// <summary>A server that has what it needs for submissions: state in a folder, and a Nomad or nowhere.</summary>
    public static Task<Server> HeronForNomadAsync(
        string program, string home, string repository, string? nomad, string? core, params string[] environment) => HeronOfAsync(
            program,
            home,
            [
                "--cluster", "nomad", "--config-path", Path.Join(repository, "conf", "nomad"),
                .. core is null ? [] : new[] { "--heron-core-package-path", core },
                "-D", "heron.class.state.manager=org.apache.heron.statemgr.localfs.LocalFileSystemStateManager",
                "-D", $"heron.statemgr.root.path={home}/state",
                "-D", $"heron.apiserver.http.file.system.directory={home}/store",
                "-D", "heron.package.core.uri=http://core.example/heron-core.tar.gz",
                "-D", $"heron.nomad.scheduler.uri={nomad ?? "http://127.0.0.1:1"}",
            ],
            environment);

    /// <summary>A server with arguments of its own.</summary>
    public static Task<Server> HeronOfAsync(string program, string home, IEnumerable<string> arguments, params string[] environment)
    {
        var port = BenchFolder.FreePort();
        return StartAsync(
            "heron-apiserver", port, program, ["--bind", "127.0.0.1", "--port", $"{port}", .. arguments], ["HOME=" + home, .. environment]);
    }

    /// <summary>The minimal API of bench/Heron.EmptyApi.</summary>
    public static Task<Server> EmptyAsync(string program)
    {
        var port = BenchFolder.FreePort();
        return StartAsync("empty minimal API", port, program, ["--urls", $"http://127.0.0.1:{port}"], []);
    }

    public static Task<Server> NginxAsync(string home, string files)
    {
        var port = BenchFolder.FreePort();
        var configuration = Path.Join(home, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off; user root; pid {{home}}/pid; error_log {{home}}/error.log; worker_processes 2;
            events { worker_connections 4096; }
            http {
              access_log off; sendfile on; tcp_nopush off; client_max_body_size 0;
              client_body_temp_path {{home}}/body; proxy_temp_path {{home}}/p; fastcgi_temp_path {{home}}/f; uwsgi_temp_path {{home}}/u; scgi_temp_path {{home}}/s;
              server { listen 127.0.0.1:{{port}}; root {{files}}; dav_methods PUT; }
            }
            """);
        return StartAsync("nginx", port, "/usr/sbin/nginx", ["-p", home, "-c", configuration], []);
    }

    /// <summary>Caddy with TLS, by a certificate of ours.</summary>
    public static Task<Server> CaddyTlsAsync(string home, string files, TestCertificate certificate)
    {
        var port = BenchFolder.FreePort();
        var configuration = Path.Join(home, "Caddyfile");
        File.WriteAllText(configuration, $$"""
            {
              auto_https off
              admin off
            }
            https://localhost:{{port}} {
              bind 127.0.0.1
              tls {{certificate.CertificateFile}} {{certificate.KeyFile}}
              root * {{files}}
              file_server
            }
            """);
        return StartAsync("caddy", port, "/usr/bin/caddy", ["run", "--config", configuration, "--adapter", "caddyfile"], ["HOME=" + home]);
    }

    public static Task<Server> CaddyAsync(string home, string files)
    {
        var port = BenchFolder.FreePort();
        return StartAsync(
            "caddy", port, "/usr/bin/caddy", ["file-server", "--listen", $"127.0.0.1:{port}", "--root", files], ["HOME=" + home]);
    }

    /// <summary>What it wrote.</summary>
    public string Said => string.Join('\n', _said);

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string[] LocalWith(string home, string core) =>
    [
        "--cluster", "local", "--heron-core-package-path", core, "-D", $"heron.apiserver.http.file.system.directory={home}/store",
    ];

    private static async Task<Server> StartAsync(
        string name, int port, string program, IEnumerable<string> arguments, IEnumerable<string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var pair in environment)
        {
            var parts = pair.Split('=', 2);
            start.Environment[parts[0]] = parts[1];
        }

        var process = Process.Start(start)!;
        var said = new List<string>();
        process.OutputDataReceived += (_, line) => Note(said, line.Data);
        process.ErrorDataReceived += (_, line) => Note(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync("127.0.0.1", port);
                return new Server(name, process, port, said);
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(2);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"{name} ended: {string.Join('\n', said)}");
            }
        }
    }

    private static void Note(List<string> said, string? line)
    {
        lock (said)
        {
            said.Add(line ?? "");
        }
    }

    private static string Read(string path) => File.ReadAllText(path);

    private double Memory(string field) => Family().Sum(id => File.ReadLines($"/proc/{id}/status")
        .Where(line => line.StartsWith(field, StringComparison.Ordinal))
        .Sum(line => long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture))) / 1024.0;

    private IEnumerable<int> Family()
    {
        yield return _process.Id;
        var children = $"/proc/{_process.Id}/task/{_process.Id}/children";
        foreach (var child in Read(children).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return int.Parse(child, CultureInfo.InvariantCulture);
        }
    }
}
