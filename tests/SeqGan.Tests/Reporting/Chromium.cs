using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SeqGan.Tests.Reporting;

/// <summary>A headless browser, driven by its DevTools protocol, that shows one page and notes what happens in it.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly TemporaryFolder _profile = new();
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(10));
    private readonly List<JsonNode> _events = [];
    private Process? _process;
    private string? _session;
    private int _calls;

    /// <summary>Where the browser is, or null.</summary>
    public static string? Path => Array.Find(s_paths, File.Exists);

    /// <summary>Console messages, entries of the browser's log and uncaught errors.</summary>
    public IEnumerable<string> Messages =>
        Events("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded").Select(entry => entry.ToJsonString());

    /// <summary>The addresses that the page asked for.</summary>
    public IEnumerable<string> Requests =>
        Events("Network.requestWillBeSent").Select(entry => (string)entry["params"]!["request"]!["url"]!);

    public static async Task<Chromium> OpenAsync(Uri page, int width, int height)
    {
        var browser = new Chromium();
        try
        {
            await browser.StartAsync();
            await browser.ShowAsync(page, width, height);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public Task SetColorSchemeAsync(string scheme) => CallAsync("Emulation.setEmulatedMedia", new JsonObject
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
    });

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonNode result = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true });
        return result["result"]!["value"];
    }

    /// <summary>What can be seen, or with <paramref name="whole"/> all of the page, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync(bool whole = false)
    {
        JsonNode result = await CallAsync(
            "Page.captureScreenshot", new JsonObject { ["format"] = "png", ["captureBeyondViewport"] = whole });
        return Convert.FromBase64String((string)result["data"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _limit.Dispose();
        DeleteProfile();
    }

    private async Task StartAsync()
    {
        var start = new ProcessStartInfo(Path!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", $"--user-data-dir={_profile.FullName}",
            "about:blank"])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        // It fills its pipes, and stops where nobody reads them.
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        const string Announcement = "DevTools listening on ";
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(Announcement, StringComparison.Ordinal) == true)
                address.TrySetResult(line.Data[Announcement.Length..]);
            else if (line.Data is null)
                address.TrySetException(new InvalidOperationException("The browser ended before it could be spoken to."));
        };
        _process.BeginErrorReadLine();
        _socket.Options.Proxy = null;
        await _socket.ConnectAsync(new Uri(await address.Task.WaitAsync(_limit.Token)), _limit.Token);
    }

    private async Task ShowAsync(Uri page, int width, int height)
    {
        JsonNode target = await CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonNode attached = await CallAsync(
            "Target.attachToTarget", new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
        _session = (string)attached["sessionId"]!;
        foreach (string domain in (string[])["Runtime", "Log", "Network", "Page"])
            await CallAsync($"{domain}.enable");
        await CallAsync("Emulation.setDeviceMetricsOverride",
            new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        JsonNode navigated = await CallAsync("Page.navigate", new JsonObject { ["url"] = page.AbsoluteUri });
        Assert.Null(navigated["errorText"]);
        while (!Events("Page.loadEventFired").Any())
            await ReceiveAsync();
    }

    private IEnumerable<JsonNode> Events(params string[] methods) => _events.Where(entry => methods.Contains((string)entry["method"]!));

    private async Task<JsonNode> CallAsync(string method, JsonObject? parameters = null)
    {
        int id = ++_calls;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (_session is not null)
            call["sessionId"] = _session;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
        while (true)
        {
            JsonNode? answer = await ReceiveAsync();
            if (answer is null || (int)answer["id"]! != id)
                continue;
            return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer.ToJsonString()}");
        }
    }

    /// <summary>Takes the next message: notes an event, or returns an answer.</summary>
    private async Task<JsonNode?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] part = new byte[64 * 1024];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(part, _limit.Token);
            message.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);
        JsonNode node = JsonNode.Parse(message.ToArray())!;
        if (node["id"] is not null)
            return node;
        _events.Add(node);
        return null;
    }

    // Children of the browser may still be writing there as they end.
    private void DeleteProfile()
    {
        try
        {
            _profile.Dispose();
        }
        catch (IOException)
        {
        }
    }
}
