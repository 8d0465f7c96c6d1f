// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Heron.Fuzz;
using SharpFuzz;

// What scripts/fuzz.sh puts together:
//   list                     the readers
//   instrument FOLDER        makes the assemblies in a copy of this program's folder tell afl-fuzz which ways they go
//   seeds READER FOLDER      writes sound inputs, a file each
//   words FILE               writes a dictionary
//   run READER               reads what afl-fuzz gives, from then on
//   replay READER FILE...    reads files once and says what is thrown
return args switch
{
    ["list"] => List(),
    ["instrument", var folder] => Instrument(folder),
    ["seeds", var name, var folder] => Seeds(Find(name), folder),
    ["words", var file] => Words(file),
    ["run", var name] => Run(name),
    ["replay", var name, .. var files] => Replay(Find(name), files),
    _ => Fail("usage: list | instrument FOLDER | seeds READER FOLDER | words FILE | run READER | replay READER FILE..."),
};

static int List()
{
    Console.WriteLine(string.Join('\n', Readers.All.Select(r => r.Word)));
    return 0;
}

static Reader Find(string name) => Readers.All.FirstOrDefault(r => r.Word == name)
    ?? throw new ArgumentException($"there is no reader '{name}'; there are {string.Join(", ", Readers.All.Select(r => r.Word))}");

// The libraries that readers stand on are looked into with them; what finds its way in the tests' own code is of no interest.
static int Instrument(string folder)
{
    foreach (var file in Directory.EnumerateFiles(folder, "*.dll").Where(IsRead))
    {
        Console.WriteLine($"{Path.GetFileName(file)}: {Fuzzer.Instrument(file, _ => true, Options.Value).Count()} types");
    }

    return 0;
}

static bool IsRead(string path) => Path.GetFileNameWithoutExtension(path) is var name
    && name is not ("Heron.Fuzz" or "Heron.Testing")
    && (name.StartsWith("heron", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Microsoft.IdentityModel.", StringComparison.Ordinal) || name is "YamlDotNet" or "Google.Protobuf");

static int Seeds(Reader reader, string folder)
{
    Directory.CreateDirectory(folder);
    foreach (var (number, seed) in reader.Seeds.Index())
    {
        File.WriteAllBytes(Path.Join(folder, $"seed-{number}"), [.. seed.Select(letter => (byte)letter)]);
    }

    return 0;
}

static int Words(string file)
{
    File.WriteAllLines(file, Readers.Pieces.Select(p => $"\"{string.Concat(Encoding.UTF8.GetBytes(p).Select(b => $"\\x{b:x2}"))}\""));
    return 0;
}

// Changed assemblies run nowhere but in here. What happens once (constants are made, keys for the seeds too, code is compiled) happens before
// afl-fuzz gives the first input: on a machine with other work it took longer than an input may, and was taken for one that hangs.
static unsafe int Run(string name)
{
    // Where changed assemblies write until there is the memory that afl-fuzz reads.
    SharpFuzz.Common.Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(1 << 16);
    var reader = Find(name);
    foreach (var seed in reader.Seeds)
    {
        reader.Judge(Encoding.Latin1.GetBytes(seed));
        reader.Judge(Encoding.Latin1.GetBytes(seed[..(seed.Length / 2)]));
    }

    Fuzzer.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        reader.Judge(input.ToArray());
    });
    return 0;
}

static int Replay(Reader reader, string[] files)
{
    var faults = 0;
    foreach (var file in files)
    {
        try
        {
            reader.Judge(File.ReadAllBytes(file));
            Console.WriteLine($"{file}: as promised");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            faults++;
            Console.WriteLine($"{file}: {e}");
        }
    }

    return faults == 0 ? 0 : 1;
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
