using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;

namespace SeqGan.Tool;

/// <summary>Options that several commands have, and how values are read and held against their ranges.</summary>
internal static class CommonOptions
{
    /// <summary>A path; not blank.</summary>
    public static Argument<string> Path(string name, string description) => new(name)
    {
        Description = description,
        Validators = { result => RefuseBlank(result, result.Tokens, name) },
    };

    /// <summary>One or more paths; not blank.</summary>
    public static Argument<string[]> Paths(string name, string description) => new(name)
    {
        Description = description, Arity = ArgumentArity.OneOrMore,
        Validators = { result => RefuseBlank(result, result.Tokens, name) },
    };

    public static Option<bool> Json() => Flag("--json", "Print for machines: JSON on standard output");

    public static Option<ulong> Seed() => Number("--seed", "N", "Determines every random number", 0UL, ulong.MaxValue, 0UL);

    public static Option<int> Count(string description, int defaultValue) =>
        Number("--count", "N", description, 1, int.MaxValue, defaultValue, "-n");

    /// <param name="advice">What to do instead of 0.</param>
    public static Option<double> Temperature(string advice = "") => new("--temperature")
    {
        HelpName = "T", Description = "Below 1: more typical sequences; above 1: more diverse ones",
        DefaultValueFactory = _ => 1,
        CustomParser = result => Parse(result, "--temperature", 0.001, 1000.0, advice) ?? 1,
    };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A name or a path, which may be absent, but not blank.</summary>
    public static Option<string?> Text(string name, string help, string description, bool required = false) => new(name)
    {
        HelpName = help, Description = description, Required = required,
        Validators = { result => RefuseBlank(result, result.Tokens, name) },
    };

    /// <summary>Like <see cref="Text"/>, but may be given several times.</summary>
    public static Option<string[]> Texts(string name, string help, string description, params string[] aliases) => new(name, aliases)
    {
        HelpName = help, Description = description,
        Validators = { result => RefuseBlank(result, result.Tokens, name) },
    };

    /// <summary>A number in a range that includes both ends, in the same form in every culture, without thousands separators.</summary>
    public static Option<T> Number<T>(
        string name, string help, string description, T minimum, T maximum, T defaultValue, params string[] aliases)
        where T : struct, INumber<T> => new(name, aliases)
        {
            HelpName = help, Description = description,
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Parse(result, name, minimum, maximum) ?? minimum,
        };

    /// <summary>Like <see cref="Number"/>, but may be absent.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string help, string description, T minimum, T maximum)
        where T : struct, INumber<T> => new(name)
        {
            HelpName = help, Description = description,
            CustomParser = result => Parse(result, name, minimum, maximum),
        };

    /// <summary>How many sequences are drawn for each that the discriminator keeps.</summary>
    public static Option<int?> Refine() => OptionalNumber(
        "--refine", "K",
        "Draw K sequences for each one, of which the model's discriminator keeps those that look real; 1 keeps all", 1, 1000);

    /// <summary>Null where all draws are kept.</summary>
    /// <exception cref="ArgumentException">The model has no discriminator.</exception>
    public static int? RefinementOf(int? refine, CompiledPolicy policy) => refine is not > 1 ? null
        : policy.HasDiscriminator ? refine
        : throw new ArgumentException(
            $"--refine is {refine}, but the model has no discriminator, which 'seqgan train' now writes: train it again, or leave out "
            + "--refine.");

    /// <summary>One of several names, or absent.</summary>
    public static Option<T?> Choice<T>(string name, string help, string description, IReadOnlyDictionary<string, T> choices)
        where T : struct => new(name)
        {
            HelpName = help, Description = $"{description}: {string.Join(", ", choices.Keys)}",
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (choices.TryGetValue(text, out T choice))
                    return choice;
                result.AddError($"{name} is '{text}'; it must be one of {string.Join(", ", choices.Keys)}.");
                return null;
            },
        };

    // An unset variable of a script gives a blank.
    private static void RefuseBlank(SymbolResult result, IReadOnlyList<Token> tokens, string name)
    {
        if (tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            result.AddError($"{name} is empty; give it a value.");
    }

    private static T? Parse<T>(ArgumentResult result, string name, T minimum, T maximum, string advice = "")
        where T : struct, INumber<T>
    {
        if (result.Tokens.Count != 1)
            return null;
        string text = result.Tokens[0].Value;
        bool isWhole = minimum is int or ulong;
        bool isNumber = T.TryParse(text, isWhole ? NumberStyles.Integer : NumberStyles.Float, CultureInfo.InvariantCulture, out T value);
        if (isNumber && value >= minimum && value <= maximum)
            return value;
        string kind = isNumber ? "" : isWhole ? "a whole number " : "a number, with a decimal point, ";
        string given = isNumber ? text : $"'{text}'";
        result.AddError(string.Create(
            CultureInfo.InvariantCulture, $"{name} is {given}; it must be {kind}from {minimum} to {maximum}.{advice}"));
        return null;
    }
}
