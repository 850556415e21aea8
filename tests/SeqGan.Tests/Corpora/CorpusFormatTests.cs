using System.Text;
using Xunit;

namespace SeqGan.Tests;

/// <summary>Files whose name and content tell what they are.</summary>
public sealed class CorpusFormatTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0, MaxLength = 200, RemoveDuplicates = false };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("names.txt", "anna\nbob\n", "anna|bob", "names.txt: lines, 2 sequences")]
    [InlineData("names.txt", "anna\rbob\r", "anna|bob", "names.txt: lines, 2 sequences")]
    [InlineData("names.txt", "anna\r\nbob\ncid\rdan\r\n\r\neve", "anna|bob|cid|dan|eve", "names.txt: lines, 5 sequences")]
    [InlineData("p.fasta", ">sp|1 first\nACDE\nFG\n\n>sp|2\n; a note\nHI KL\n", "ACDEFG|HIKL", "p.fasta: FASTA, 2 sequences")]
    [InlineData("p.fa", ">a\r\nAC\r\nGT*\r\n>empty\r\n>b\r\nTT", "ACGT*|TT", "p.fa: FASTA, 2 sequences")]
    [InlineData("unnamed", ">a\nACGT-N\nAC\n>b\nGG\n", "ACGT-NAC|GG", "unnamed: FASTA, 2 sequences")]
    [InlineData("m.smi", "CCO\tethanol 1\nc1ccccc1 benzene\nC\n", "CCO|c1ccccc1|C",
        "m.smi: SMILES (the names after them are left out), 3 sequences")]
    [InlineData("m.smi", "SMILES Name\nCCO\n", "CCO", "m.smi: SMILES (the names after them are left out), 1 sequence")]
    [InlineData("m.smi", "CCO\nC#N\n", "CCO|C#N", "m.smi: SMILES, 2 sequences")]
    [InlineData("j.csv", "joke,score\n\"a\n\"\"b\"\"\",7\nc d,2\n", "a\n\"b\"|c d",
        "j.csv: a table delimited by ',', column 'joke' (the only one of text), 2 sequences")]
    [InlineData("j.tsv", "id\ttext\n1\ta, b\n", "a, b",
        "j.tsv: a table delimited by tabs, column 'text' (the only one of text), 1 sequence")]
    [InlineData("one.csv", "name\nHello, you\nHi; all\n", "Hello, you|Hi; all",
        "one.csv: a table of one column, column 'name', 2 sequences")]
    [InlineData("one.csv", "anna\nbob\n", "anna|bob", "one.csv: a table of one column, without a header, column '1', 2 sequences")]
    [InlineData("d.csv", ",day,text,n\n0,2026-01-02,a b,1.5\n1,2026-01-03,c,n/a\n", "a b|c",
        "d.csv: a table delimited by ',', column 'text' (the only one of text), 2 sequences")]
    [InlineData("t.jsonl", "\uFEFF{\"text\":\"a\",\"stars\":1}\r\n{\"text\":\"b\",\"stars\":2}\r\n", "a|b",
        "t.jsonl: JSON Lines, property 'text' (the only one of text or tokens), 2 sequences")]
    [InlineData("unnamed", "{\"id\":1,\"m\":{\"text\":\"a\"}}\n{\"id\":2,\"m\":{\"text\":\"b\"}}\n", "a|b",
        "unnamed: JSON Lines, property 'm.text' (the only one of text or tokens), 2 sequences")]
    public void FromFile_ContentAndName_TellWhatItIs(string name, string content, string expected, string source)
    {
        Corpus corpus = Corpus.FromFile(Write(name, content), s_all, TestContext.Current.CancellationToken);

        Assert.Equal(expected.Split('|'), corpus.Decode(corpus.Training));
        Assert.Equal([source], corpus.Report.Sources);
        Assert.StartsWith($"{source}.{Environment.NewLine}", corpus.Report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hello, world. It was late, and cold.\nShe said: no; not now, not ever.\nNo, never\nYes, ever\nSo, be it\n")]
    [InlineData("12:01 anna: hi, all\n12:02 bob: hi, anna\n12:03 anna: fine, you?\n12:05 bob: fine, too\n12:07 cid: late, sorry\n")]
    [InlineData("anna: hi, all\nbob: hi, anna\nanna: fine, you?\nbob: fine, too\ncid: late, sorry\n")]
    [InlineData("2026-01-01 10:00:00,123 INFO start, id 7\n2026-01-01 10:00:01,456 WARN slow, id 8\n2026-01-01 10:00:02,7 INFO end, id\n")]
    [InlineData("INFO\tlogin anna\nINFO\tlogin bob\nWARN\tlogout bob\nINFO\tview anna\nERROR\tbuy anna\n")]
    [InlineData("login,view,buy\nview,login,buy\nbuy,view,help\nhelp,login,view\nbuy,buy,view\n")]
    [InlineData("Smith,John\nJones,Mary\nMiller,Ann\nBrown,Eve\nClark,Tom\nLewis,Max\n")]
    [InlineData("30.5,31.2,32\n31,32,33\n1,2,3\n4,5,6\n7,8,9\n")]
    [InlineData("a|b|c\nc|b|a\na|a|a\nb|b|b\n")]
    [InlineData("> quoted words\nan answer\n> more words\nanother answer\n")]
    [InlineData(">one\n>two\n>three\n")]
    [InlineData("{braces} and [brackets]\n{0}, {1}\n{ \"no\": json\n")]
    [InlineData("[INFO] start\n[WARN] {\"a\":1}\n")]
    [InlineData("[1, 2, 3]\n[4, 5]\n")]
    [InlineData("{\n  return x;\n}\n")]
    [InlineData("He said \"yes, but\nno\", and left; \"so\"\n")]
    [InlineData("10.0.0.1 - - [01/Jan/2026:10:00:00 +0000] \"GET /a,b HTTP/1.1\" 200 12\n10.0.0.2 - - [x] \"GET / HTTP/1.1\" 404 9\n")]
    public void FromFile_TextWithDelimiters_IsLines(string content)
    {
        Corpus corpus = Corpus.FromFile(Write("plain.txt", content), s_all, TestContext.Current.CancellationToken);

        Assert.Equal(content.TrimEnd('\n').Split('\n'), corpus.Decode(corpus.Training));
    }

    [Theory]
    [InlineData("x.csv", "\uFEFFKunde;Ereignisse;Segment\r\n1;a b;privat\r\n2;c;firma\r\n",
        "is a table delimited by ';' with the columns 'Kunde' (numbers), 'Ereignisse' (text), 'Segment' (text); name the one with the "
            + "sequences with CorpusFileOptions.Columns")]
    [InlineData("x.csv", "sep=;\r\nKunde;Ereignisse;Segment\r\n1;a;b\r\n", "delimited by ';' with the columns 'Kunde' (numbers)")]
    [InlineData("x.csv", "id|events|kind\n1|a b|c\n", "delimited by '|' with the columns 'id' (numbers), 'events' (text), 'kind' (text)")]
    [InlineData("x.csv", "0,a b,private\n1,c d,private\n2,e,firm\n",
        "delimited by ',' without a header with the columns '1' (numbers), '2' (text), '3' (text)")]
    [InlineData("x.csv", "a,b\n1,2\n", "'a' (numbers), 'b' (numbers)")]
    [InlineData("x.txt", "id,text,kind\n1,a b,c\n2,d,e\n3,f,g\n", "is a table delimited by ',' with the columns 'id' (numbers)")]
    [InlineData("x.txt", "text,topic\na b,c\nd e,f\ng,h\n", "with the columns 'text' (text), 'topic' (text)")]
    [InlineData("x.log", "session_id\taction\ns1\tlogin\ns1\tbuy\ns2\tlogin\n", "delimited by tabs with the columns 'session_id' (text)")]
    [InlineData("x.jsonl", "{\"id\":1,\"message\":{\"text\":\"a\",\"meta\":{\"lang\":\"b\"}}}\n{\"id\":2}\n",
        "is JSON Lines with the properties 'id' (numbers), 'message.text' (text), 'message.meta.lang' (text); name the one")]
    [InlineData("x.jsonl", "{\"events\":[\"a\",\"b\"],\"segment\":\"c\"}\n", "'events' (arrays of tokens), 'segment' (text)")]
    public void FromFile_ColumnsThatCannotBeTold_AreListed(string name, string content, string expected)
    {
        var error = Assert.Throws<CorpusException>(() => Corpus.FromFile(Write(name, content), s_all));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("set CorpusFileOptions.Format to Lines to read each line as a sequence.", error.Message, StringComparison.Ordinal);
        Corpus lines = Corpus.FromFiles([_folder.Combine(name)], new CorpusFileOptions { Format = FileFormat.Lines }, s_all);
        Assert.Equal(content.TrimStart('\uFEFF').TrimEnd().ReplaceLineEndings("\n").Split('\n'), lines.Decode(lines.Training));
    }

    [Theory]
    [InlineData("x.json", "[{\"text\":\"a\"}, {\"text\":\"b\"}]", "is one JSON array; write one object a line")]
    [InlineData("x.json", "[\n  {\n    \"text\": \"a\"\n  }\n]\n", "is one JSON array; write one object a line")]
    [InlineData("x.jsonl", "[\n  {\"text\": \"a\"}\n]\n", "is one JSON array; write one object a line")]
    [InlineData("x.json", "[\"a\", \"b\"]", "is one JSON array; write one object a line")]
    [InlineData("x", "[{\"text\":\"a\"}, {\"text\":\"b\"}]", "is one JSON array; write one object a line")]
    [InlineData("x.json", "{\n  \"text\": \"a\"\n}\n{\n  \"text\": \"b\"\n}\n",
        "has JSON objects of several lines; write one object a line")]
    [InlineData("x", "{\n  \"text\": \"a\",\n  \"b\": [1, 2]\n}\n", "has JSON objects of several lines; write one object a line")]
    [InlineData("x.jsonl", "[\"a\",\"b\"]\n[\"c\"]\n",
        "a line is a JSON array; write objects, as this does: jq -c \"{tokens: .}\" x.jsonl > lines.jsonl")]
    [InlineData("x.jsonl", "\"a b\"\n\"c\"\n",
        "a line is a JSON string; write the texts as lines, as this does: jq -r . x.jsonl > lines.txt")]
    [InlineData("x.jsonl", "{\"data\":[{\"text\":\"a\"},{\"text\":\"b\"}]}\n",
        "write one object a line, as this does: jq -c \".data[]\" x.jsonl > lines.jsonl")]
    [InlineData("x.csv", "id,text,kind\n", "with the columns 'id' (empty), 'text' (empty), 'kind' (empty) and nothing below them")]
    [InlineData("x.fasta", "ACGT\n>a\nAC\n", "line 1: FASTA begins with '>'")]
    [InlineData("x.fasta", ">a\n>b\n\n", "is FASTA without a sequence: there are 2 names")]
    [InlineData("x.fasta", "\n\n", "is FASTA without a sequence: there are 0 names")]
    [InlineData("x.xlsx", "PK\u0003\u0004rest", "is a zip archive or a workbook")]
    public void FromFile_WhatCannotBeRead_SaysWhatToDo(string name, string content, string expected) => Assert.Contains(
        expected, Assert.Throws<CorpusException>(() => Corpus.FromFile(Write(name, content), s_all)).Message, StringComparison.Ordinal);

    [Fact]
    public void FromFiles_Several_AreOneCorpusAndEachIsSaid()
    {
        string[] paths = [Write("a.txt", "anna\nbob\n"), Write("b.fa", ">x\nACG\nT\n"), Write("c.smi", "CCO e\n")];

        Corpus corpus = Corpus.FromFiles(paths, null, s_all, TestContext.Current.CancellationToken);

        Assert.Equal(["anna", "bob", "ACGT", "CCO"], corpus.Decode(corpus.Training));
        Assert.Equal(
            ["a.txt: lines, 2 sequences", "b.fa: FASTA, 1 sequence", "c.smi: SMILES (the names after them are left out), 1 sequence"],
            corpus.Report.Sources);
    }

    [Fact]
    public void FromFiles_InvalidRecordsOfSeveral_NameTheirFile()
    {
        string[] paths = [Write("a.csv", "id,text\n1,a\n"), Write("b.csv", "id,text\n1,b\n2\n")];
        var options = new CorpusFileOptions { Columns = ["text"] };

        Assert.Contains("b.csv', line 3: the record has 1 columns",
            Assert.Throws<CorpusException>(() => Corpus.FromFiles(paths, options, s_all)).Message, StringComparison.Ordinal);
        options.SkipInvalid = true;
        Corpus corpus = Corpus.FromFiles(paths, options, s_all, TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b"], corpus.Decode(corpus.Training));
        Assert.Equal((DropReason.Invalid, 3, "2"), Assert.Single(corpus.Report.Examples));
    }

    [Fact]
    public void FromStream_NoSeeking_ReadsItFromTheStart()
    {
        var bytes = new MemoryStream(Encoding.UTF8.GetBytes("id,text\n1,anna\n2,bob\n3,cid\n"));
        using var stream = new JoinedStream(bytes);

        Corpus corpus = Corpus.FromStream(stream, "standard input", null, s_all, TestContext.Current.CancellationToken);

        Assert.Equal(["anna", "bob", "cid"], corpus.Decode(corpus.Training));
        Assert.Equal(
            ["standard input: a table delimited by ',', column 'text' (the only one of text), 3 sequences"], corpus.Report.Sources);
        Assert.True(bytes.CanRead);
    }

    [Fact]
    public void FromFile_LongerThanItsFirstBytes_IsReadWhole()
    {
        string[] names = [.. Enumerable.Range(0, 30_000).Select(i => $"name {i}")];
        string table = Write("t.csv", "id;text\n" + string.Concat(names.Select((name, i) => $"{i};\"{name}\"\n")));
        string fasta = Write("f.fa", string.Concat(names.Select((_, i) => $">{i}\nACGT\n{new string('A', 1 + (i % 50))}\n")));

        Corpus ofTable = Corpus.FromFile(table, s_all, TestContext.Current.CancellationToken);
        Corpus ofFasta = Corpus.FromFile(fasta, s_all, TestContext.Current.CancellationToken);

        Assert.Equal(names, ofTable.Decode(ofTable.Training));
        Assert.Equal(
            names.Select((_, i) => "ACGT" + new string('A', 1 + (i % 50))), ofFasta.Decode(ofFasta.Training));
    }

    [Fact]
    public void FromFile_FastaOfAHugeSequence_KeepsItsBeginning()
    {
        string letters = string.Concat(Enumerable.Repeat(new string('A', 60) + "\n", 100_000));
        string path = Write("huge.fa", $">a\nACG\n>b\n{letters}>c\nTTT\n");

        long before = GC.GetTotalAllocatedBytes(precise: true);
        Corpus corpus = Corpus.FromFile(path, s_all, TestContext.Current.CancellationToken);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(["ACG", "TTT"], corpus.Decode(corpus.Training));
        Assert.Equal((DropReason.TooLong, 3), (Assert.Single(corpus.Report.Examples).Reason, corpus.Report.Examples[0].Number));
        Assert.True(allocated < 60_000_000, $"{allocated} bytes were allocated.");
    }

    [Fact]
    public void FromFile_LoneCarriageReturnsAtTheEdgeOfTheBuffer_AreOneLineEndEach()
    {
        for (int length = (1 << 16) - 3; length <= (1 << 16) + 1; length++)
        {
            string path = Write("cr.txt", new string('x', length) + "\r\na\rb\r\n\rc\n");
            Corpus corpus = Corpus.FromFile(path, s_all, TestContext.Current.CancellationToken);

            Assert.Equal(["a", "b", "c"], corpus.Decode(corpus.Training));
            Assert.Equal(1, corpus.Report.Dropped[DropReason.Empty]);
            Assert.Equal(6, corpus.Report.Read + 1);
        }
    }

    private string Write(string name, string content)
    {
        string path = _folder.Combine(name);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        return path;
    }
}
