// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using Heron.ApiServer.Access;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.ApiServer.CommandLine;

/// <summary>What the program does beside serving: it looks after the users file, checks an audit, and prints what belongs to it.</summary>
/// <param name="input">Gives passwords.</param>
/// <param name="output">Gets what was asked for.</param>
/// <param name="errors">Gets the reason when that cannot be had.</param>
/// <param name="time">The clock.</param>
/// <param name="others">The program's commands that stand elsewhere: completion and manual tell of them, too.</param>
internal sealed class ToolCommands(TextReader input, TextWriter output, TextWriter errors, TimeProvider time, IReadOnlyList<Command> others)
{
    private readonly Option<string> _users = new("--users") { HelpName = "FILE", Description = "The users file.", Required = true };

    /// <summary>Whether the arguments are for one of these commands.</summary>
    public static bool AreMeant(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && CommandNames.OfTools.Contains(arguments[0], StringComparer.Ordinal);

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    public int Run(IReadOnlyList<string> arguments)
    {
        var tools = Tools();
        var help = new HelpOption();
        tools.Add(help);
        var parsed = tools.Parse([.. arguments], new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        return parsed.Errors.Count == 0 || parsed.GetResult(help) is not null
            ? parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false })
            : Fail(string.Join('\n', CommandMistakes.Of(parsed)));
    }

    /// <summary>The commands with their options; they do nothing that anybody would see.</summary>
    internal static Command Root() => new ToolCommands(TextReader.Null, TextWriter.Null, TextWriter.Null, TimeProvider.System, []).Tools();

    private Command Tools() => new("heron-apiserver", "Looks after the users file and the audit of a server.")
    {
        new Command("user", "The users file of --users.") { AddUser(), AddToken() },
        new Command("audit", "The audit of --audit-log.") { Verify() },
        Licenses(),
        Completion(),
        Manual(),
    };

    private Command AddUser()
    {
        var name = new Argument<string>("NAME");
        var groups = new Option<string[]>("--group") { HelpName = "GROUP", Description = "A group of the file. May be repeated." };
        var rights = new Option<string[]>("--right")
        {
            HelpName = "RIGHTS PATTERN",
            Description = "Such as 'submit,operate nomad/ads/*/*'. May be repeated.",
        };
        var command = new Command("add", "Adds a user; the password is read from stdin.") { name, _users, groups, rights };
        command.SetAction(parsed => Edit(parsed, (text, path) => UsersFileEditor.AddUser(
            text, path, parsed.GetRequiredValue(name), ReadPassword(), parsed.GetValue(groups) ?? [], parsed.GetValue(rights) ?? [])));
        return command;
    }

    private Command AddToken()
    {
        var user = new Argument<string>("USER");
        var name = new Option<string>("--name") { HelpName = "NAME", Description = "What the token is for.", Required = true };
        var days = new Option<string>("--days") { HelpName = "N", Description = "How long it is good. Default: for ever." };
        var command = new Command("token", "Makes a token for a user and prints it; the file gets its hash.") { user, _users, name, days };
        command.SetAction(parsed =>
        {
            string? token = null;
            var code = Edit(parsed, (text, path) =>
            {
                var expires = parsed.GetValue(days) is { } number ? time.GetUtcNow().AddDays(DaysOf(number)) : (DateTimeOffset?)null;
                (text, token) = UsersFileEditor.AddToken(
                    text, path, parsed.GetRequiredValue(user), parsed.GetRequiredValue(name), expires);
                return text;
            });
            output.Write(token is null ? "" : token + "\n");
            return code;
        });
        return command;
    }

    private static int DaysOf(string days)
    {
        const int Most = 36_500;
        return int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= Most
            ? number
            : throw new HeronException(FaultKind.Invalid, $"--days {ShownText.Of(days)} is no number of days: write one from 1 to {Most}");
    }

    private Command Verify()
    {
        var file = new Argument<string>("FILE");
        var command = new Command("verify", "Checks that no line of an audit was changed, removed or put in.") { file };
        command.SetAction(parsed => Guarded(() =>
        {
            var (lines, last) = AuditChain.Verify(parsed.GetRequiredValue(file));
            output.WriteLine($"{lines} lines, unbroken; the last has the hash {last}");
        }));
        return command;
    }

    private Command Licenses()
    {
        var command = new Command("licenses", "Prints the licence of this program and the notices of what is in it.");
        command.SetAction(_ =>
        {
            foreach (var name in (string[])["LICENSE", "NOTICE", "THIRD-PARTY-NOTICES"])
            {
                using var text = new StreamReader(typeof(ToolCommands).Assembly.GetManifestResourceStream(name)!);
                output.Write(text.ReadToEnd());
                output.WriteLine();
            }
        });
        return command;
    }

    private Command Completion()
    {
        var shell = new Argument<string>("SHELL") { HelpName = "bash|zsh", Description = "The shell that reads it." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", "Prints what lets a shell complete this program's command line: source it.") { shell };
        command.SetAction(parsed => output.Write(parsed.GetRequiredValue(shell) == "bash" ? BashCompletion.Of(Tree()) : ZshCompletion.Of(Tree())));
        return command;
    }

    private Command Manual()
    {
        var command = new Command("man", "Prints the manual page: heron-apiserver man | man -l -");
        command.SetAction(_ => output.Write(ManualPage.Of(Tree(), ServerVersion.Text)));
        return command;
    }

    private Command Tree() => ProgramTree.Of(new ServerCommandLine("/", "/"), [.. Tools().Subcommands, .. others]);

    private int Edit(ParseResult parsed, Func<string, string, string> change) => Guarded(() =>
    {
        var path = Path.GetFullPath(parsed.GetRequiredValue(_users));
        var text = change(File.Exists(path) ? File.ReadAllText(path) : "", path);

        // What is in it is nobody else's business; a file that is there keeps its owner and permissions, for the server must go on reading it.
        var isThere = File.Exists(path);
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var temporary = $"{path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            try
            {
                if (isThere)
                {
                    Posix.TakeOwner(file.SafeFileHandle, path);
                    File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(path));
                }
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }

        DurableFile.Write(path, temporary, Encoding.UTF8.GetBytes(text));
    });

    private string ReadPassword()
    {
        if (!Console.IsInputRedirected && ReferenceEquals(input, Console.In))
        {
            errors.Write("Password: ");
            return ReadHidden();
        }

        return input.ReadLine() ?? "";
    }

    private string ReadHidden()
    {
        var password = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                password.Length = Math.Max(0, password.Length - 1);
            }
            else
            {
                password.Append(key.KeyChar);
            }
        }

        errors.WriteLine();
        return password.ToString();
    }

    private int Guarded(Action action)
    {
        try
        {
            action();
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is HeronException or IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }
    }

    private int Fail(string message)
    {
        errors.WriteLine(message);
        return ExitCodes.Mistake;
    }
}
