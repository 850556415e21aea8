namespace SeqGan;

/// <summary>One named part of a component's state: a tensor or a number.</summary>
internal abstract class StateValue(string name)
{
    public string Name => name;

    /// <summary>Whether there is a value at present.</summary>
    public virtual bool IsPresent => true;

    /// <summary>Whether a state without a value is one too.</summary>
    public virtual bool MayBeAbsent => false;

    public abstract SafetensorsType Type { get; }

    public abstract long[] Shape { get; }

    /// <summary>Writes the present value.</summary>
    public abstract void Write(Stream destination);

    /// <summary>Reads a value of this type and shape and changes nothing yet.</summary>
    /// <returns>Takes the value over; to be called in the same dispose scope.</returns>
    /// <exception cref="InvalidDataException">The value is none that the component could have.</exception>
    public abstract Action Read(Stream source);

    /// <summary>Takes over that there is no value.</summary>
    public virtual void Clear()
    {
    }
}
