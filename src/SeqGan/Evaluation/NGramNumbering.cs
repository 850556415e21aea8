namespace SeqGan;

/// <summary>
/// Numbers the n-grams of one order from 0 in the order of their first appearance. An n-gram is the number of its first n - 1
/// tokens and its last token, both in one key: two different ones never share a number. Any number of threads may read.
/// </summary>
internal sealed class NGramNumbering
{
    public const int Unknown = -1;

    private ulong[] _keys = new ulong[16];

    // One more than the number; 0 where the slot is free.
    private int[] _numbers = new int[16];
    private int _shift = 60;

    public int Count { get; private set; }

    public int Find(int prefix, int token)
    {
        ulong key = Key(prefix, token);
        return _numbers[Slot(key)] - 1;
    }

    public int GetOrAdd(int prefix, int token)
    {
        ulong key = Key(prefix, token);
        int slot = Slot(key);
        if (_numbers[slot] != 0)
            return _numbers[slot] - 1;
        _keys[slot] = key;
        _numbers[slot] = ++Count;
        if (Count > _keys.Length / 2)
            Grow();
        return Count - 1;
    }

    /// <summary>Forgets all n-grams; what they took stays for new ones.</summary>
    public void Clear()
    {
        Array.Clear(_numbers);
        Count = 0;
    }

    private static ulong Key(int prefix, int token) => ((ulong)(uint)prefix << 32) | (uint)token;

    private int Slot(ulong key)
    {
        ulong[] keys = _keys;
        int mask = keys.Length - 1;
        int slot = (int)((key * 0x9E37_79B9_7F4A_7C15) >> _shift);
        while (_numbers[slot] != 0 && keys[slot] != key)
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        (ulong[] keys, int[] numbers) = (_keys, _numbers);
        _keys = new ulong[keys.Length * 2];
        _numbers = new int[keys.Length * 2];
        _shift--;
        for (int i = 0; i < keys.Length; i++)
        {
            if (numbers[i] == 0)
                continue;
            int slot = Slot(keys[i]);
            _keys[slot] = keys[i];
            _numbers[slot] = numbers[i];
        }
    }
}
