using System.Diagnostics;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>One thread of a fuzzing run: picks an input, mutates it, has it read, and looks at what came of it.</summary>
internal sealed class FuzzWorker : IDisposable
{
    private const long LargestAllocation = 64L << 20;
    private const int LongestInput = 1 << 16;
    private static readonly TimeSpan s_longestRead = TimeSpan.FromSeconds(5);

    private readonly FuzzReader[] _readers;
    private readonly InputPool[] _pools;
    private readonly long[] _executions;
    private readonly FuzzRandom _random;
    private readonly InFlight _inFlight;
    private readonly Findings _findings;
    private volatile Reading? _reading;

    public FuzzWorker(FuzzReader[] readers, ulong seed, int number, string folder, Findings findings)
    {
        _readers = readers;
        _pools = [.. readers.Select(reader => new InputPool(reader.Seeds))];
        _executions = new long[readers.Length];
        _random = new FuzzRandom((seed << 8) + (ulong)number);
        _inFlight = new InFlight(folder, number);
        _findings = findings;
    }

    /// <summary>The input that is being read now, for the watchdog.</summary>
    public Reading? Now => _reading;

    public long LargestAllocated { get; private set; }

    public long Executions => _executions.Sum();

    public IEnumerable<(string Reader, long Executions, int Inputs)> Counts =>
        _readers.Select((reader, index) => (reader.Name, _executions[index], _pools[index].Count));

    public void Run(long executions, CancellationToken stop)
    {
        ReadSeeds();
        for (long done = 0; done < executions && !stop.IsCancellationRequested;)
        {
            for (int index = 0; index < _readers.Length && done < executions; index++)
            {
                for (int turn = 0; turn < _readers[index].Turn && done < executions && !stop.IsCancellationRequested; turn++, done++)
                    Execute(index, Mutate(index));
            }
        }
    }

    public Outcome Read(FuzzReader reader, byte[] input)
    {
        _inFlight.Note(reader.Name, input);
        long started = Stopwatch.GetTimestamp();
        _reading = new Reading(reader.Name, input, started);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? error = null;
        int shape = 0;
        try
        {
            shape = reader.Read(input);
        }
        // Whatever a reader throws is what is looked for.
        catch (Exception caught)
        {
            error = caught;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _reading = null;
        return new Outcome(error, shape, allocated, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose() => _inFlight.Dispose();

    private void ReadSeeds()
    {
        for (int index = 0; index < _readers.Length; index++)
        {
            foreach (byte[] seed in _readers[index].Seeds)
                Execute(index, seed);
        }
    }

    private byte[] Mutate(int index)
    {
        InputPool pool = _pools[index];
        byte[] input = pool.Pick(_random), other = pool.Pick(_random);
        do
        {
            IReadOnlyList<Mutation> mutations = _random.OneIn(3) ? ByteMutations.All : _readers[index].Mutations;
            input = _random.Pick(mutations)(input, other, _random);
        }
        while (_random.OneIn(2));

        return input.Length > LongestInput ? input[..LongestInput] : input;
    }

    private void Execute(int index, byte[] input)
    {
        FuzzReader reader = _readers[index];
        Outcome outcome = Read(reader, input);
        _executions[index]++;
        LargestAllocated = Math.Max(LargestAllocated, outcome.Allocated);
        if (outcome.Error is { } error && !reader.IsRefusal(error))
            _findings.Crash(reader, input, error);
        if (outcome.Allocated > LargestAllocation)
            _findings.LargeAllocation(reader, input, outcome);

        // The machine may have been busy with something else: only what is slow again is.
        if (outcome.Elapsed > s_longestRead && Read(reader, input) is var again && again.Elapsed > s_longestRead)
            _findings.Hang(reader.Name, input, again.Elapsed);
        _pools[index].Offer(input, outcome.Behaviour, _random);
    }

    /// <summary>An input being read.</summary>
    internal sealed record Reading(string Reader, byte[] Input, long Started);
}
