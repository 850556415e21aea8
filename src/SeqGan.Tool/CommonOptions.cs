using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace SeqGan.Tool;

/// <summary>Options that several commands have, and how values are read and held against their ranges.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print for machines: JSON on standard output" };

    public static Option<ulong> Seed() =>
        new Option<ulong>("--seed") { HelpName = "N", Description = "Determines every random number", DefaultValueFactory = _ => 0 }.InRange(0UL, ulong.MaxValue);

    public static Option<int> Count(string description, int defaultValue) =>
        new Option<int>("--count", "-n") { HelpName = "N", Description = description, DefaultValueFactory = _ => defaultValue }.InRange(1, int.MaxValue);

    public static Option<double> Temperature() =>
        new Option<double>("--temperature") { HelpName = "T", Description = "Below 1: more typical sequences; above 1: more diverse ones", DefaultValueFactory = _ => 1 }.InRange(0.001, 1000);

    /// <summary>Refuses what is no number of a range, both ends being allowed. Numbers are written alike in every culture, without thousands separators.</summary>
    public static Option<T> InRange<T>(this Option<T> option, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        option.CustomParser = result => Parse(result, option.Name, minimum, maximum) ?? minimum;
        return option;
    }

    /// <summary>As the other, for an option that may be absent.</summary>
    public static Option<T?> InRange<T>(this Option<T?> option, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        option.CustomParser = result => Parse(result, option.Name, minimum, maximum);
        return option;
    }

    /// <summary>Refuses a name or path that is empty or blank, as an unset variable of a script gives it.</summary>
    public static Option<string?> NotBlank(this Option<string?> option)
    {
        option.Validators.Add(result => RefuseBlank(result, result.Tokens, option.Name));
        return option;
    }

    /// <inheritdoc cref="NotBlank(Option{string?})"/>
    public static Argument<string> NotBlank(this Argument<string> argument)
    {
        argument.Validators.Add(result => RefuseBlank(result, result.Tokens, argument.Name));
        return argument;
    }

    private static void RefuseBlank(SymbolResult result, IReadOnlyList<Token> tokens, string name)
    {
        if (tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            result.AddError($"{name} is empty; give it a value.");
    }

    private static T? Parse<T>(ArgumentResult result, string name, T minimum, T maximum)
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
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {(isNumber ? text : $"'{text}'")}; it must be {kind}from {minimum} to {maximum}."));
        return null;
    }
}
