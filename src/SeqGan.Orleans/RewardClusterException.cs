namespace SeqGan.Orleans;

/// <summary>A cluster cannot do what a training needs: no silo answers, or none has what it takes.</summary>
public sealed class RewardClusterException : SeqGanException
{
    /// <summary>Creates the exception with a general message.</summary>
    public RewardClusterException()
        : base("The cluster cannot do what the training needs.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public RewardClusterException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public RewardClusterException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
