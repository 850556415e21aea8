// Draws the packages' icon: dotnet run assets/icon.cs
// A sequence of tokens that rises, and the next one, which the model adds.
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
using System.Buffers.Binary;
using System.IO.Compression;

const int Size = 128, Samples = 4;
(double X, double Y)[] tokens = [(22, 92), (46, 74), (70, 80), (94, 44)];
(byte R, byte G, byte B) background = (32, 42, 68), token = (132, 190, 255), next = (255, 184, 77);

string path = args.Length > 0 ? args[0] : "assets/icon.png";
using FileStream file = File.Create(path);
file.Write([0x89, .. "PNG\r\n\u001a\n"u8]);
byte[] header = new byte[13];
BinaryPrimitives.WriteInt32BigEndian(header, Size);
BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
(header[8], header[9]) = (8, 6); // Eight bits each of red, green, blue and opacity.
WriteChunk("IHDR"u8, header);
WriteChunk("IDAT"u8, Compress(Pixels()));
WriteChunk("IEND"u8, []);

// Each row begins with the number of its filter: 0, none.
byte[] Pixels()
{
    byte[] pixels = new byte[Size * (1 + 4 * Size)];
    for (int y = 0; y < Size; y++)
    {
        for (int x = 0; x < Size; x++)
            Mean(x, y).CopyTo(pixels, y * (1 + 4 * Size) + 1 + 4 * x);
    }

    return pixels;
}

// The mean of several points smooths the edges.
byte[] Mean(int x, int y)
{
    double red = 0, green = 0, blue = 0, opaque = 0;
    for (int i = 0; i < Samples * Samples; i++)
    {
        if (ColourAt(x + (i % Samples + 0.5) / Samples, y + (i / Samples + 0.5) / Samples) is not { } colour)
            continue;
        (red, green, blue, opaque) = (red + colour.R, green + colour.G, blue + colour.B, opaque + 1);
    }

    double count = Math.Max(opaque, 1);
    return [(byte)(red / count), (byte)(green / count), (byte)(blue / count), (byte)(opaque * 255 / (Samples * Samples))];
}

(byte R, byte G, byte B)? ColourAt(double x, double y)
{
    for (int i = 0; i < tokens.Length; i++)
    {
        bool isNext = i == tokens.Length - 1;
        if (Distance(tokens[i], tokens[i], x, y) < (isNext ? 15 : 11))
            return isNext ? next : token;
    }

    bool isLine = Enumerable.Range(1, tokens.Length - 1).Any(i => Distance(tokens[i - 1], tokens[i], x, y) < 3);
    const double Radius = 24;
    double corner = Distance((Radius, Radius), (Radius, Radius), Math.Min(x, Size - x), Math.Min(y, Size - y));
    bool isOutside = Math.Min(x, Size - x) < Radius && Math.Min(y, Size - y) < Radius && corner > Radius;
    return isOutside ? null : isLine ? token : background;
}

// From a point to the line between two others.
static double Distance((double X, double Y) from, (double X, double Y) to, double x, double y)
{
    (double dx, double dy) = (to.X - from.X, to.Y - from.Y);
    double square = dx * dx + dy * dy;
    double along = square == 0 ? 0 : Math.Clamp(((x - from.X) * dx + (y - from.Y) * dy) / square, 0, 1);
    return double.Hypot(x - from.X - along * dx, y - from.Y - along * dy);
}

static byte[] Compress(byte[] pixels)
{
    using var compressed = new MemoryStream();
    using (var stream = new ZLibStream(compressed, CompressionLevel.SmallestSize))
        stream.Write(pixels);
    return compressed.ToArray();
}

void WriteChunk(ReadOnlySpan<byte> type, byte[] content)
{
    byte[] chunk = [.. type, .. content];
    byte[] number = new byte[4];
    BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
    file.Write(number);
    file.Write(chunk);
    BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(chunk));
    file.Write(number);
}

// The CRC-32 of the PNG specification.
static uint Checksum(byte[] bytes)
{
    uint sum = uint.MaxValue;
    foreach (byte value in bytes)
    {
        sum ^= value;
        for (int bit = 0; bit < 8; bit++)
            sum = (sum & 1) == 0 ? sum >> 1 : 0xEDB88320 ^ (sum >> 1);
    }

    return ~sum;
}
