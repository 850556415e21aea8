using Microsoft.AspNetCore.Mvc;

namespace RemoteReward;

/// <summary>
/// Stands for somebody's model behind HTTP: the score of a text is its share of vowels. Every fourth request fails, and for ten requests
/// the service is down.
/// </summary>
internal static class ScoringService
{
    public static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication service = builder.Build();
        int requests = 0;
        service.MapPost("/score", ([FromBody] string[] texts) =>
        {
            int request = Interlocked.Increment(ref requests);
            return request % 4 == 0 || request is > 40 and <= 50
                ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
                : Results.Ok(texts.Select(text => text.Count("aeiouAEIOU".Contains) / (double)Math.Max(1, text.Length)));
        });
        await service.StartAsync();
        return service;
    }
}
