using System.Numerics;
using SeqGan.Text;
using SeqGan;

namespace Molecules;

/// <summary>
/// What the grammar of SMILES demands: atoms at both ends, bonds and branches between atoms, branches and rings that are closed. No regular
/// expression says that, so it is a constraint of its own: a state is the place in the grammar, the depth of the branches and the rings
/// that are open. Rings above 9 and several molecules in one text are not generated.
/// </summary>
internal sealed class SmilesSyntax : ITokenConstraint
{
    // A state's bits: 2 for the kind of the last token, 9 for rings that are open, 9 for those of them that the last atom opened, 5 for the
    // depth.
    private const int RingBits = 9, RingShift = 2, NewRingShift = RingShift + RingBits, DepthShift = NewRingShift + RingBits,
        DeepestBranch = 31;

    private readonly SmilesToken[] _tokens;

    public SmilesSyntax(Corpus corpus)
    {
        Format = corpus.Format;
        _tokens =
        [
            .. Enumerable.Range(0, Format.VocabularySize)
                .Select(id => id < Vocabulary.SpecialTokenCount ? SmilesToken.None : SmilesToken.Of(corpus.Vocabulary!.GetToken(id))),
        ];
    }

    // What the last token was, as far as it matters for the next one.
    private enum Place
    {
        /// <summary>Nothing, a bond or an opened branch: an atom must follow.</summary>
        BeforeAtom,

        /// <summary>An atom or one of its rings.</summary>
        Atom,

        /// <summary>A closed branch: rings of the atom before it can no longer follow.</summary>
        ClosedBranch,

        /// <summary>An opened branch: an atom must follow, perhaps behind a bond.</summary>
        OpenedBranch,
    }

    public SequenceFormat Format { get; }

    public int InitialState => 0;

    public int Advance(int state, ReadOnlySpan<int> prefix, int token)
    {
        SmilesToken next = _tokens[token];
        (Place place, int rings, int newRings, int depth) = Unpack(state);
        return next.Kind switch
        {
            SmilesKind.Atom => Pack(Place.Atom, rings, 0, depth),
            SmilesKind.Bond => Pack(Place.BeforeAtom, rings, newRings, depth),
            SmilesKind.Ring when (rings & Bit(next)) != 0 => Pack(Place.Atom, rings & ~Bit(next), newRings, depth),
            SmilesKind.Ring => Pack(Place.Atom, rings | Bit(next), newRings | Bit(next), depth),
            SmilesKind.Open => Pack(Place.OpenedBranch, rings, newRings, depth + 1),
            SmilesKind.Close => Pack(Place.ClosedBranch, rings, newRings, depth - 1),
            _ => state,
        };
    }

    public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
    {
        int left = Format.MaxLengthWithoutEnd - prefix.Length;
        for (int token = 0; token < _tokens.Length; token++)
            allowed[token] = MayFollow(state, _tokens[token]) && 1 + TokensToEnd(Advance(state, prefix, token)) <= left;
        if (TokensToEnd(state) == 0)
            allowed[Vocabulary.EndId] = true;
    }

    public override string ToString() => "SMILES syntax";

    private static bool MayFollow(int state, SmilesToken token)
    {
        (Place place, int rings, int newRings, int depth) = Unpack(state);
        return token.Kind switch
        {
            SmilesKind.Atom => true,
            SmilesKind.Bond => place is not Place.BeforeAtom,
            SmilesKind.Ring => place is Place.Atom && token.Ring is >= 1 and <= RingBits && (newRings & Bit(token)) == 0,
            SmilesKind.Open => place is Place.Atom or Place.ClosedBranch && depth < DeepestBranch,
            SmilesKind.Close => place is Place.Atom or Place.ClosedBranch && depth > 0,
            _ => false,
        };
    }

    // The least number of tokens that close everything.
    private static int TokensToEnd(int state)
    {
        (Place place, int rings, int newRings, int depth) = Unpack(state);
        bool needsAtom = place is Place.BeforeAtom or Place.OpenedBranch || newRings != 0 || (rings != 0 && place is not Place.Atom);
        return (needsAtom ? 1 : 0) + BitOperations.PopCount((uint)rings) + depth;
    }

    private static int Bit(SmilesToken ring) => 1 << ring.Ring - 1;

    private static int Pack(Place place, int rings, int newRings, int depth) =>
        (int)place | rings << RingShift | newRings << NewRingShift | depth << DepthShift;

    private static (Place Place, int Rings, int NewRings, int Depth) Unpack(int state) =>
        ((Place)(state & 3), state >> RingShift & 0x1FF, state >> NewRingShift & 0x1FF, state >> DepthShift);
}
