using System.Buffers.Binary;

namespace SeqGan.Native;

/// <summary>Removes the only dependency of TorchSharp's native library on GCC 13's libstdc++, in a copy of the library.</summary>
/// <remarks>
/// The library imports <c>std::ios_base_library_init()</c>, which is new in GLIBCXX_3.4.32 and does only what older versions do when they
/// are loaded. The copy imports <c>steady_clock::now()</c> instead: it is imported already, has no arguments, and is harmless to call. The
/// version requirement becomes a weak one.
/// </remarks>
internal static class ElfPatch
{
    /// <summary>The function that libstdc++ before GCC 13 lacks.</summary>
    public const string MissingSymbol = "_ZSt21ios_base_library_initv";

    public const string MissingVersion = "GLIBCXX_3.4.32";
    private const string StandInSymbol = "_ZNSt6chrono3_V212steady_clock3nowEv";

    private const int HeaderSize = 64, SectionSize = 64, SymbolSize = 24, VersionSize = 2, NeedSize = 16;
    private const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    private const ushort VersionIndexMask = 0x7fff, WeakFlag = 2;

    /// <summary>Whether the library imports <see cref="MissingSymbol"/>; a later TorchSharp may not.</summary>
    public static bool IsNeededBy(ReadOnlySpan<byte> library) => library.IndexOf("_ZSt21ios_base_library_initv"u8) >= 0;

    /// <summary>Returns a repaired copy of <paramref name="library"/>, which does not change.</summary>
    /// <exception cref="ElfPatchException">The bytes are not the library for which this repair is made.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> library)
    {
        CheckHeader(library);
        var symbols = FindSection(library, DynamicSymbols);
        var strings = ReadSection(library, symbols.Link);
        var versions = FindSection(library, SymbolVersions);
        var needs = FindSection(library, VersionNeeds);

        var missing = FindImport(library, symbols, strings, MissingSymbol);
        var standIn = FindImport(library, symbols, strings, StandInSymbol);
        var version = VersionOf(library, versions, missing);
        CheckSoleUser(library, versions, missing, version);
        var standInVersion = VersionOf(library, versions, standIn);
        var requirement = FindRequirement(library, needs, strings, version);
        var patched = library.ToArray();
        uint standInName = ReadUInt32(library, symbols.Offset + (standIn * SymbolSize));
        BinaryPrimitives.WriteUInt32LittleEndian(patched.AsSpan(symbols.Offset + (missing * SymbolSize)), standInName);
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(versions.Offset + (missing * VersionSize)), standInVersion);
        var flags = (ushort)(ReadUInt16(library, requirement + 4) | WeakFlag);
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(requirement + 4), flags);
        return patched;
    }

    private static void CheckHeader(ReadOnlySpan<byte> file)
    {
        // 64-bit, little-endian, a shared object for x86-64.
        if (file.Length < HeaderSize || !file.StartsWith("\u007fELF\u0002\u0001"u8)
            || ReadUInt16(file, 16) != 3 || ReadUInt16(file, 18) != 62)
        {
            throw new ElfPatchException("The library is not a 64-bit x86-64 ELF shared object.");
        }

        if (ReadUInt16(file, 58) != SectionSize)
            throw new ElfPatchException($"The library's section headers have {ReadUInt16(file, 58)} bytes instead of {SectionSize}.");
        var table = ReadUInt64(file, 40);
        var length = (ulong)ReadUInt16(file, 60) * SectionSize;
        if (table > (ulong)file.Length || length > (ulong)file.Length - table)
            throw new ElfPatchException("The library's section headers reach past its end: it is truncated.");
    }

    private static Section FindSection(ReadOnlySpan<byte> file, uint type)
    {
        for (var index = 0u; index < ReadUInt16(file, 60); index++)
        {
            if (ReadUInt32(file, SectionHeader(file, index) + 4) == type)
                return ReadSection(file, index);
        }

        throw new ElfPatchException($"The library has no section of type 0x{type:x}.");
    }

    private static Section ReadSection(ReadOnlySpan<byte> file, uint index)
    {
        if (index >= ReadUInt16(file, 60))
            throw new ElfPatchException($"The library names section {index} of {ReadUInt16(file, 60)}.");
        var header = SectionHeader(file, index);
        var offset = ReadUInt64(file, header + 24);
        var size = ReadUInt64(file, header + 32);
        if (offset > (ulong)file.Length || size > (ulong)file.Length - offset)
            throw new ElfPatchException($"Section {index} of the library reaches past its end.");
        return new Section((int)offset, (int)size, ReadUInt32(file, header + 40));
    }

    private static int SectionHeader(ReadOnlySpan<byte> file, uint index) => (int)ReadUInt64(file, 40) + ((int)index * SectionSize);

    private static int FindImport(ReadOnlySpan<byte> file, Section symbols, Section strings, string name)
    {
        for (var index = 0; index < symbols.Size / SymbolSize; index++)
        {
            var symbol = symbols.Offset + (index * SymbolSize);
            var isImport = ReadUInt16(file, symbol + 6) == 0;
            if (isImport && IsString(file, strings, ReadUInt32(file, symbol), name))
                return index;
        }

        throw new ElfPatchException($"The library does not import {name}.");
    }

    private static ushort VersionOf(ReadOnlySpan<byte> file, Section versions, int symbol) => symbol < versions.Size / VersionSize
        ? (ushort)(ReadUInt16(file, versions.Offset + (symbol * VersionSize)) & VersionIndexMask)
        : throw new ElfPatchException($"The library's symbol {symbol} has no version.");

    // A weak requirement is safe only if nothing else depends on it.
    private static void CheckSoleUser(ReadOnlySpan<byte> file, Section versions, int symbol, ushort version)
    {
        for (var other = 0; other < versions.Size / VersionSize; other++)
        {
            if (other != symbol && VersionOf(file, versions, other) == version)
                throw new ElfPatchException($"The library needs {MissingVersion} for more than {MissingSymbol}.");
        }
    }

    private static int FindRequirement(ReadOnlySpan<byte> file, Section needs, Section strings, ushort version)
    {
        // Both lists only go forward, so that even a damaged one ends.
        for (long need = 0, needStep = 1; needStep > 0; need += needStep)
        {
            var header = Inside(needs, need);
            long entry = need + ReadUInt32(file, header + 8);
            for (long entryStep = 1; entryStep > 0; entry += entryStep)
            {
                var requirement = Inside(needs, entry);
                if (ReadUInt16(file, requirement + 6) == version)
                    return CheckRequirement(file, strings, requirement);
                entryStep = ReadUInt32(file, requirement + 12);
            }

            needStep = ReadUInt32(file, header + 12);
        }

        throw new ElfPatchException($"The library does not say what version {version} of its symbols is.");
    }

    private static int Inside(Section needs, long offset) => offset + NeedSize <= needs.Size
        ? needs.Offset + (int)offset
        : throw new ElfPatchException("The library's version requirements reach past their section.");

    private static int CheckRequirement(ReadOnlySpan<byte> file, Section strings, int requirement) =>
        IsString(file, strings, ReadUInt32(file, requirement + 8), MissingVersion)
            ? requirement
            : throw new ElfPatchException($"The library needs {MissingSymbol} in another version than {MissingVersion}.");

    private static bool IsString(ReadOnlySpan<byte> file, Section strings, uint offset, string expected)
    {
        if (offset >= (uint)strings.Size)
            throw new ElfPatchException("A name in the library lies outside of its string table.");
        var text = file.Slice(strings.Offset, strings.Size)[(int)offset..];
        return text.Length > expected.Length && text[expected.Length] == 0 && Ascii.Equals(text[..expected.Length], expected);
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> file, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file[offset..]);

    private static uint ReadUInt32(ReadOnlySpan<byte> file, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(file[offset..]);

    private static ulong ReadUInt64(ReadOnlySpan<byte> file, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(file[offset..]);

    private readonly record struct Section(int Offset, int Size, uint Link);
}

/// <summary>The library is not an ELF file of the expected form, so it cannot be repaired.</summary>
internal sealed class ElfPatchException(string message) : Exception(message);
