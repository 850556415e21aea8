namespace SeqGan.Tests;

/// <summary>
/// Finds the identifiers of C# source that may name types: comments, text, members after a dot and the file's own members are
/// left out, the code in the holes of interpolated strings is not.
/// </summary>
internal sealed class SourceIdentifiers
{
    private const string OwnNamespace = "SeqGan";
    private const string TextToken = "\"";
    private readonly string _source;
    private readonly List<string> _tokens = [];
    private int _position;

    private SourceIdentifiers(string source) => _source = source;

    public static IReadOnlySet<string> In(string source)
    {
        var scanner = new SourceIdentifiers(source);
        scanner.Code();
        return scanner.MayBeTypes();
    }

    private HashSet<string> MayBeTypes()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var surely = new HashSet<string>(StringComparer.Ordinal);
        var members = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < _tokens.Count; i++)
        {
            string token = _tokens[i], before = Token(i - 1), after = Token(i + 1);
            if (!IsName(token) || (before == "." && Token(i - 2) != OwnNamespace))
                continue;
            bool assigned = after == "=" && Token(i + 2) != "=";
            bool declared = after is ";" or "{" or "," && before is ">" or "?" or "]";
            if ((assigned && before is not "using") || declared)
                members.Add(token);
            else
                used.Add(token);
            if (IsName(after) || after == "?" || before == "new")
                surely.Add(token);
        }

        used.ExceptWith(members.Except(surely));
        return used;
    }

    private static bool IsName(string token) => token.Length > 0 && (char.IsLetter(token[0]) || token[0] == '_');

    private string Token(int index) => index >= 0 && index < _tokens.Count ? _tokens[index] : "";

    private char At(int offset) => _position + offset < _source.Length ? _source[_position + offset] : '\0';

    // Ends at the end of the source, or at the brace that closes a hole.
    private void Code()
    {
        int depth = 0;
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
            {
                _tokens.Add(TextToken);
                Text(dollars, verbatim);
                _tokens.Add(TextToken);
            }
            else if (char.IsLetter(c) || c == '_')
                _tokens.Add(Name());
            else
            {
                if (c == '}' && depth-- == 0)
                    return;
                if (c == '{')
                    depth++;
                if (!char.IsWhiteSpace(c))
                    _tokens.Add(c.ToString());
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
        _tokens.Add(TextToken);
        Code();
        _position += braces;
        _tokens.Add(TextToken);
    }

    private int Run(char c)
    {
        int length = 0;
        while (At(length) == c)
            length++;
        return length;
    }
}
