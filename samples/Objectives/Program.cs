using System.Globalization;
using System.Text.Json;
using Objectives;

Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

if (arguments.Help)
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

var runs = new List<Dictionary<string, Figures>>();
for (int run = 0; run < arguments.Runs; run++)
    runs.Add(await new Experiment(arguments.Seed + (ulong)run, arguments.Smoke).RunAsync(Console.WriteLine));

(string Name, Func<Figures, double> Of)[] columns =
    [("predicate_share", figures => figures.PredicateShare), ("uniqueness", figures => figures.Uniqueness),
        ("nll_test", figures => figures.NllTest)];
Console.WriteLine();
Console.WriteLine($"{string.Empty,-20}{string.Concat(columns.Select(column => $"{column.Name,20}"))}");
var json = new Dictionary<string, object> { ["seed"] = arguments.Seed, ["runs"] = arguments.Runs };
foreach (string row in runs[0].Keys)
{
    var means = columns.ToDictionary(column => column.Name, column => Mean(runs.Select(run => column.Of(run[row]))));
    var deviations = columns.ToDictionary(column => column.Name, column => Deviation(runs.Select(run => column.Of(run[row]))));
    IEnumerable<string> cells = columns.Select(column =>
        string.Create(CultureInfo.InvariantCulture, $"{means[column.Name],11:0.000} ± {deviations[column.Name],-6:0.000}"));
    Console.WriteLine($"{row,-20}{string.Concat(cells)}");
    json[row] = columns.SelectMany(
        column => new[] { (column.Name, means[column.Name]), ($"{column.Name}_deviation", deviations[column.Name]) })
        .ToDictionary(figure => figure.Item1, figure => Math.Round(figure.Item2, 4));
}

if (arguments.Json)
    Console.WriteLine(JsonSerializer.Serialize(json));
return 0;

static double Mean(IEnumerable<double> values) => values.Average();

// Of a sample: 0 where there is one value alone.
static double Deviation(IEnumerable<double> values)
{
    double[] all = [.. values];
    return all.Length < 2 ? 0 : Math.Sqrt(all.Sum(value => Math.Pow(value - all.Average(), 2)) / (all.Length - 1));
}
