using System.Buffers.Binary;

namespace SeqGan.Native;

/// <summary>Removes the only dependency of TorchSharp's native library on GCC 13's libstdc++, in a copy of the library.</summary>
/// <remarks>
/// The library imports <c>std::ios_base_library_init()</c>, which is new in GLIBCXX_3.4.32 and does only what older versions do when they
/// are loaded. The copy imports <c>steady_clock::now()</c> instead: it is imported already, has no arguments, and is harmless to call. The
/// version requirement becomes a weak one.
/// </remarks>
internal sealed class ElfPatch
{
    /// <summary>The function that libstdc++ before GCC 13 lacks.</summary>
    public const string MissingSymbol = "_ZSt21ios_base_library_initv";

    public const string MissingVersion = "GLIBCXX_3.4.32";
    private const string StandInSymbol = "_ZNSt6chrono3_V212steady_clock3nowEv";

    private const int HeaderSize = 64, SectionSize = 64, SymbolSize = 24, VersionSize = 2, NeedSize = 16;
    private const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    private const ushort VersionIndexMask = 0x7fff, WeakFlag = 2;

    private readonly byte[] _file;
    private readonly Section _symbols, _strings, _versions, _needs;

    private ElfPatch(byte[] file)
    {
        _file = file;
        CheckHeader();
        _symbols = FindSection(DynamicSymbols);
        _strings = ReadSection(_symbols.Link);
        _versions = FindSection(SymbolVersions);
        _needs = FindSection(VersionNeeds);
    }

    /// <summary>Whether the library imports <see cref="MissingSymbol"/>; a later TorchSharp may not.</summary>
    public static bool IsNeededBy(ReadOnlySpan<byte> library) => library.IndexOf("_ZSt21ios_base_library_initv"u8) >= 0;

    /// <summary>Returns a repaired copy of <paramref name="library"/>, which does not change.</summary>
    /// <exception cref="ElfPatchException">The bytes are not the library for which this repair is made.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> library)
    {
        var patch = new ElfPatch(library.ToArray());
        patch.Repair();
        return patch._file;
    }

    private void Repair()
    {
        int missing = FindImport(MissingSymbol), standIn = FindImport(StandInSymbol);
        ushort version = VersionOf(missing), standInVersion = VersionOf(standIn);
        // A weak requirement is safe only if nothing else depends on it.
        if (Enumerable.Range(0, _versions.Size / VersionSize).Any(other => other != missing && VersionOf(other) == version))
            throw new ElfPatchException($"The library needs {MissingVersion} for more than {MissingSymbol}.");
        var requirement = FindRequirement(version);
        var standInName = UInt32(_symbols.Offset + (standIn * SymbolSize));
        var flags = (ushort)(UInt16(requirement + 4) | WeakFlag);
        BinaryPrimitives.WriteUInt32LittleEndian(_file.AsSpan(_symbols.Offset + (missing * SymbolSize)), standInName);
        BinaryPrimitives.WriteUInt16LittleEndian(_file.AsSpan(_versions.Offset + (missing * VersionSize)), standInVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(_file.AsSpan(requirement + 4), flags);
    }

    private void CheckHeader()
    {
        // 64-bit, little-endian, a shared object for x86-64.
        if (_file.Length < HeaderSize || !_file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8) || UInt16(16) != 3 || UInt16(18) != 62)
            throw new ElfPatchException("The library is not a 64-bit x86-64 ELF shared object.");
        if (UInt16(58) != SectionSize)
            throw new ElfPatchException($"The library's section headers have {UInt16(58)} bytes instead of {SectionSize}.");
        if (!IsInside(UInt64(40), (ulong)UInt16(60) * SectionSize))
            throw new ElfPatchException("The library's section headers reach past its end: it is truncated.");
    }

    private bool IsInside(ulong offset, ulong size) => offset <= (ulong)_file.Length && size <= (ulong)_file.Length - offset;

    private Section FindSection(uint type)
    {
        for (var index = 0u; index < UInt16(60); index++)
        {
            if (UInt32(SectionHeader(index) + 4) == type)
                return ReadSection(index);
        }

        throw new ElfPatchException($"The library has no section of type 0x{type:x}.");
    }

    private Section ReadSection(uint index)
    {
        if (index >= UInt16(60))
            throw new ElfPatchException($"The library names section {index} of {UInt16(60)}.");
        var header = SectionHeader(index);
        ulong offset = UInt64(header + 24), size = UInt64(header + 32);
        return IsInside(offset, size)
            ? new Section((int)offset, (int)size, UInt32(header + 40))
            : throw new ElfPatchException($"Section {index} of the library reaches past its end.");
    }

    private int SectionHeader(uint index) => (int)UInt64(40) + ((int)index * SectionSize);

    private int FindImport(string name)
    {
        for (var index = 0; index < _symbols.Size / SymbolSize; index++)
        {
            var symbol = _symbols.Offset + (index * SymbolSize);
            var isImport = UInt16(symbol + 6) == 0;
            if (isImport && IsString(UInt32(symbol), name))
                return index;
        }

        throw new ElfPatchException($"The library does not import {name}.");
    }

    private ushort VersionOf(int symbol) => symbol < _versions.Size / VersionSize
        ? (ushort)(UInt16(_versions.Offset + (symbol * VersionSize)) & VersionIndexMask)
        : throw new ElfPatchException($"The library's symbol {symbol} has no version.");

    private int FindRequirement(ushort version)
    {
        // Both lists only go forward, so that even a damaged one ends.
        for (long need = 0, needStep = 1; needStep > 0; need += needStep)
        {
            var header = InsideNeeds(need);
            long entry = need + UInt32(header + 8);
            for (long entryStep = 1; entryStep > 0; entry += entryStep)
            {
                var requirement = InsideNeeds(entry);
                if (UInt16(requirement + 6) == version)
                {
                    return IsString(UInt32(requirement + 8), MissingVersion)
                        ? requirement
                        : throw new ElfPatchException($"The library needs {MissingSymbol} in another version than {MissingVersion}.");
                }

                entryStep = UInt32(requirement + 12);
            }

            needStep = UInt32(header + 12);
        }

        throw new ElfPatchException($"The library does not say what version {version} of its symbols is.");
    }

    private int InsideNeeds(long offset) => offset + NeedSize <= _needs.Size
        ? _needs.Offset + (int)offset
        : throw new ElfPatchException("The library's version requirements reach past their section.");

    private bool IsString(uint offset, string expected)
    {
        if (offset >= (uint)_strings.Size)
            throw new ElfPatchException("A name in the library lies outside of its string table.");
        var text = _file.AsSpan(_strings.Offset, _strings.Size)[(int)offset..];
        return text.Length > expected.Length && text[expected.Length] == 0 && Ascii.Equals(text[..expected.Length], expected);
    }

    private ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(offset));

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(offset));

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(offset));

    private readonly record struct Section(int Offset, int Size, uint Link);
}

/// <summary>The library is not an ELF file of the expected form, so it cannot be repaired.</summary>
internal sealed class ElfPatchException(string message) : Exception(message);
