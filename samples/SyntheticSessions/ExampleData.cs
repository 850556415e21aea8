using System.Globalization;
using SeqGan;

namespace SyntheticSessions;

/// <summary>The model that the example's sessions are drawn from: a Markov chain of events for each segment of customers.</summary>
internal static class ExampleData
{
    private const int SessionsOfEach = 1200, MostEvents = 24;

    // From each event to the next ones, with their weights; "leave" ends the session.
    private static readonly Dictionary<string, Dictionary<string, string>> s_chains = new()
    {
        ["business"] = new()
        {
            ["login"] = "dashboard 6 report 3 search 1", ["dashboard"] = "report 5 upload 3 settings 1 logout 1",
            ["report"] = "export 5 report 2 dashboard 2 logout 1",
            ["export"] = "report 3 logout 5 dashboard 2", ["upload"] = "dashboard 6 report 3 help 1",
            ["search"] = "report 6 view 2 logout 2",
            ["view"] = "export 5 report 3 logout 2", ["settings"] = "dashboard 7 logout 3", ["help"] = "upload 5 logout 5",
            ["logout"] = "leave 1",
        },
        ["private"] = new()
        {
            ["login"] = "search 6 view 3 settings 1", ["search"] = "view 7 search 2 leave 1", ["view"] = "cart 3 search 4 view 2 leave 1",
            ["cart"] = "buy 5 search 3 leave 2", ["buy"] = "logout 5 search 2 leave 3", ["settings"] = "search 6 logout 4",
            ["logout"] = "leave 1",
        },
        ["trial"] = new()
        {
            ["login"] = "help 4 dashboard 3 search 3", ["help"] = "help 2 dashboard 3 search 3 leave 2",
            ["dashboard"] = "help 4 settings 4 leave 2",
            ["search"] = "view 4 help 4 leave 2", ["view"] = "help 3 search 3 cart 1 leave 3", ["cart"] = "leave 7 help 3",
            ["settings"] = "help 5 dashboard 3 leave 2",
        },
    };

    public static IEnumerable<Session> Sessions(ulong seed)
    {
        var key = new RandomKey(seed, RandomPurpose.User);
        return
            from index in Enumerable.Range(0, SessionsOfEach)
            from segment in s_chains.Keys.Order(StringComparer.Ordinal).Index()
            select new Session(segment.Item, [.. Events(s_chains[segment.Item], index, key with { Step = (uint)segment.Index })]);
    }

    private static IEnumerable<string> Events(Dictionary<string, string> chain, int index, RandomKey key)
    {
        string current = "login";
        for (int position = 0; position < MostEvents && current != "leave"; position++)
        {
            yield return current;
            (string Next, int Weight)[] choices =
                [.. chain[current].Split(' ').Chunk(2).Select(pair => (pair[0], int.Parse(pair[1], CultureInfo.InvariantCulture)))];
            double left = key.NextUniform(index, 0, position) * choices.Sum(choice => choice.Weight);
            current = choices.First(choice => (left -= choice.Weight) < 0).Next;
        }
    }
}
