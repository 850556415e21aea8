using System.Text;

namespace SeqGan.Conformance;

/// <summary>What the checks of one contract found. Immutable.</summary>
public sealed class ConformanceReport
{
    internal ConformanceReport(string contract, IReadOnlyList<ConformanceCheck> checks)
    {
        Contract = contract;
        Checks = checks;
        Failures = [.. checks.Where(check => !check.Passed)];
    }

    /// <summary>The contract's name, such as <c>IGenerator</c>.</summary>
    public string Contract { get; }

    /// <summary>Every check in the order in which it ran. Checks that do not apply to the sequences' format are left out.</summary>
    public IReadOnlyList<ConformanceCheck> Checks { get; }

    /// <summary>The checks that failed.</summary>
    public IReadOnlyList<ConformanceCheck> Failures { get; }

    /// <summary>Whether no check failed.</summary>
    public bool Passed => Failures.Count == 0;

    /// <summary>Does nothing where every check passed.</summary>
    /// <exception cref="ConformanceException">Some failed; the message lists them all.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed)
            throw new ConformanceException(
                ToString(), Failures.Select(check => check.Exception).FirstOrDefault(exception => exception is not null)!);
    }

    /// <summary>A summary and the failures, one a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Contract}: {Checks.Count - Failures.Count} of {Checks.Count} checks passed.");
        foreach (ConformanceCheck failure in Failures)
            text.Append('\n').Append("- ").Append(failure.Name).Append(": ").Append(failure.Explanation);
        return text.ToString();
    }
}
