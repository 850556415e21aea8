namespace SeqGan.Tests;

/// <summary>
/// Finds the identifiers of C# source that may name types: comments, text and members after a dot are left out, the code in
/// the holes of interpolated strings is not.
/// </summary>
internal sealed class SourceIdentifiers
{
    private const string OwnNamespace = "SeqGan";
    private readonly string _source;
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private int _position;

    private SourceIdentifiers(string source) => _source = source;

    public static IReadOnlySet<string> In(string source)
    {
        var scanner = new SourceIdentifiers(source);
        scanner.Code();
        return scanner._found;
    }

    private char At(int offset) => _position + offset < _source.Length ? _source[_position + offset] : '\0';

    // Ends at the end of the source, or at the brace that closes a hole.
    private void Code()
    {
        int depth = 0;
        string previous = "", beforePrevious = "";
        while (_position < _source.Length)
        {
            char c = At(0);
            if (c == '/' && At(1) == '/')
                SkipTo("\n");
            else if (c == '/' && At(1) == '*')
                SkipTo("*/");
            else if (c == '\'')
                CharacterLiteral();
            else if (StartsString(out int dollars, out bool verbatim))
                Text(dollars, verbatim);
            else if (char.IsLetter(c) || c == '_')
            {
                string name = Name();
                if (previous != "." || beforePrevious == OwnNamespace)
                    _found.Add(name);
                (beforePrevious, previous) = (previous, name);
            }
            else
            {
                if (c == '}' && depth-- == 0)
                    return;
                if (c == '{')
                    depth++;
                if (!char.IsWhiteSpace(c))
                    (beforePrevious, previous) = (previous, c.ToString());
                _position++;
            }
        }
    }

    private string Name()
    {
        int start = _position;
        while (char.IsLetterOrDigit(At(0)) || At(0) == '_')
            _position++;
        return _source[start.._position];
    }

    private void SkipTo(string end)
    {
        int index = _source.IndexOf(end, _position + 2, StringComparison.Ordinal);
        _position = index < 0 ? _source.Length : index + end.Length;
    }

    private void CharacterLiteral()
    {
        _position++;
        while (At(0) is not ('\'' or '\0'))
            _position += At(0) == '\\' ? 2 : 1;
        _position++;
    }

    private bool StartsString(out int dollars, out bool verbatim)
    {
        int length = 0;
        dollars = 0;
        verbatim = false;
        for (; At(length) is '$' or '@'; length++)
        {
            dollars += At(length) == '$' ? 1 : 0;
            verbatim |= At(length) == '@';
        }

        if (At(length) != '"')
            return false;
        _position += length;
        return true;
    }

    private void Text(int dollars, bool verbatim)
    {
        int quotes = Run('"');
        if (quotes == 2 || (verbatim && quotes % 2 == 0))
        {
            _position += 2;
            return;
        }

        bool raw = quotes >= 3 && !verbatim;
        int closing = raw ? quotes : 1;
        _position += closing;
        while (_position < _source.Length)
        {
            if (At(0) == '\\' && !verbatim && !raw)
                _position += 2;
            else if (At(0) == '"' && verbatim && At(1) == '"')
                _position += 2;
            else if (At(0) == '"' && Run('"') >= closing)
            {
                _position += closing;
                return;
            }
            else if (At(0) == '{' && dollars > 0)
                Hole(raw ? dollars : 1, raw);
            else
                _position++;
        }
    }

    private void Hole(int braces, bool raw)
    {
        int run = Run('{');
        _position += run;
        if (raw ? run < braces : run % 2 == 0)
            return;
        Code();
        _position += braces;
    }

    private int Run(char c)
    {
        int length = 0;
        while (At(length) == c)
            length++;
        return length;
    }
}
