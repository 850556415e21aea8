namespace SeqGan.Discrimination;

/// <summary>
/// What makes a discriminator's logits log-odds: slope * logit + intercept, which minimises the cross-entropy on sequences that it has not
/// learned from (Platt 1999, "Probabilistic Outputs for Support Vector Machines").
/// </summary>
/// <remarks>Both classes count equally, whatever their numbers, so that 0 means as likely real as generated.</remarks>
internal sealed record PlattScaling(double Slope, double Intercept)
{
    private const int MostSteps = 100;

    /// <summary>Leaves logits as they are.</summary>
    public static PlattScaling None { get; } = new(1, 0);

    /// <summary>Finds all sequences as likely real as generated.</summary>
    public static PlattScaling Even { get; } = new(0, 0);

    /// <summary>Fits both numbers by Newton's method. A slope below 0, which would turn the order around, is 0.</summary>
    /// <param name="real">Logits of real sequences, at least 1, each finite.</param>
    /// <param name="generated">Logits of generated sequences, at least 1, each finite.</param>
    public static PlattScaling Fit(ReadOnlySpan<float> real, ReadOnlySpan<float> generated)
    {
        PlattScaling scaling = Even;
        double loss = scaling.Loss(real, generated);
        for (int step = 0; step < MostSteps; step++)
        {
            var sums = new Sums();
            scaling.Add(ref sums, real, isReal: true);
            scaling.Add(ref sums, generated, isReal: false);
            // Where the second derivative is flat, a small step along the first.
            double ridge = 1e-9 + (1e-9 * (sums.SlopeSlope + sums.Intercept2));
            (double a, double b, double c) = (sums.SlopeSlope + ridge, sums.SlopeIntercept, sums.Intercept2 + ridge);
            double determinant = (a * c) - (b * b);
            double slope = ((c * sums.Slope) - (b * sums.Intercept)) / determinant;
            double intercept = ((a * sums.Intercept) - (b * sums.Slope)) / determinant;
            PlattScaling next = scaling with { Slope = scaling.Slope - slope, Intercept = scaling.Intercept - intercept };
            double nextLoss = next.Loss(real, generated);
            for (int half = 0; half < 30 && !(nextLoss <= loss); half++)
            {
                next = new PlattScaling((next.Slope + scaling.Slope) / 2, (next.Intercept + scaling.Intercept) / 2);
                nextLoss = next.Loss(real, generated);
            }

            if (!(nextLoss < loss - 1e-12))
                break;
            (scaling, loss) = (next, nextLoss);
        }

        return scaling.Slope > 0 ? scaling : Even;
    }

    /// <summary>Fits both numbers where they explain more than two numbers would by chance (Akaike 1974); otherwise it is even.</summary>
    public static PlattScaling FitIfItPays(ReadOnlySpan<float> real, ReadOnlySpan<float> generated)
    {
        PlattScaling fitted = Fit(real, generated);
        double explained = (Even.CrossEntropy(real, generated) - fitted.CrossEntropy(real, generated)) * 2
            * Math.Min(real.Length, generated.Length);
        return explained > 2 ? fitted : Even;
    }

    /// <summary>The mean cross-entropy of both classes, in nats a sequence.</summary>
    public double CrossEntropy(ReadOnlySpan<float> real, ReadOnlySpan<float> generated) => (Loss(real, 1) + Loss(generated, 0)) / 2;

    private double Loss(ReadOnlySpan<float> real, ReadOnlySpan<float> generated) =>
        (Loss(real, Target(real.Length, isReal: true)) + Loss(generated, Target(generated.Length, isReal: false))) / 2;

    // Smoothed, as Platt's are, so that the slope stays finite where the classes can be separated.
    private static double Target(int count, bool isReal) => isReal ? (count + 1.0) / (count + 2) : 1.0 / (count + 2);

    private double Loss(ReadOnlySpan<float> logits, double target)
    {
        double sum = 0;
        foreach (float logit in logits)
        {
            double scaled = (Slope * logit) + Intercept;
            sum += Math.Max(scaled, 0) + Math.Log(1 + Math.Exp(-Math.Abs(scaled))) - (target * scaled);
        }

        return sum / logits.Length;
    }

    private void Add(ref Sums sums, ReadOnlySpan<float> logits, bool isReal)
    {
        double target = Target(logits.Length, isReal), weight = 0.5 / logits.Length;
        foreach (float logit in logits)
        {
            double p = 1 / (1 + Math.Exp(-((Slope * logit) + Intercept))), curvature = weight * p * (1 - p);
            sums.Slope += weight * (p - target) * logit;
            sums.Intercept += weight * (p - target);
            sums.SlopeSlope += curvature * logit * logit;
            sums.SlopeIntercept += curvature * logit;
            sums.Intercept2 += curvature;
        }
    }

    private struct Sums
    {
        public double Slope, Intercept, SlopeSlope, SlopeIntercept, Intercept2;
    }
}
