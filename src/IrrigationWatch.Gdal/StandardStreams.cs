using System.Runtime.CompilerServices;
using System.Text;

namespace IrrigationWatch.Gdal;

/// <summary>
/// Standard input, output and error of a process. One that is started without them (<c>&lt;&amp;- &gt;&amp;- 2&gt;&amp;-</c>, as some schedulers do) gives their numbers to the
/// next files that it opens, and what is meant for the terminal is written into these.
/// </summary>
public static unsafe class StandardStreams
{
    private const string Null = "/dev/null";

    /// <summary>
    /// Sees to it that all three are there, before anything is written or opened: those that are missing lead to nowhere. The runtime has
    /// opened files before; where one of these has a number of the three, the program is begun anew, as it cannot be taken away.
    /// </summary>
    public static void Ensure()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        bool taken = false;
        for (int file = 0; file < 3; file++)
        {
            int flags = SystemCalls.fcntl(file, SystemCalls.GetDescriptorFlags);
            if (flags < 0)
            {
                LeadNowhere(file);
            }
            else
            {
                // What a process was given has come through the call that started it; what it opened itself would not.
                taken |= (flags & SystemCalls.CloseOnExec) != 0;
            }
        }

        if (taken)
        {
            BeginAnew();
        }
    }

    /// <summary>Writes a line to standard error without any part of the runtime that would have to be loaded.</summary>
    /// <param name="line">The line.</param>
    public static void Say(string line)
    {
        if (OperatingSystem.IsWindows())
        {
            SayByConsole(line);
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        fixed (byte* text = bytes)
        {
            _ = SystemCalls.write(2, text, bytes.Length);
        }
    }

    /// <summary>Apart, as a method is compiled with all that it mentions.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SayByConsole(string line) => Console.Error.WriteLine(line);

    /// <summary>Makes a number lead to nowhere, whatever it led to.</summary>
    private static void LeadNowhere(int file)
    {
        fixed (byte* path = Encoding.UTF8.GetBytes(Null + "\0"))
        {
            int opened = SystemCalls.open(path, SystemCalls.ReadWrite);
            if (opened >= 0 && opened != file)
            {
                _ = SystemCalls.dup2(opened, file);
                _ = SystemCalls.close(opened);
            }
        }
    }

    /// <summary>The same program with the same words in the same process, and all three in place. What it has opened is closed by the system.</summary>
    private static void BeginAnew()
    {
        byte[] words = File.ReadAllBytes("/proc/self/cmdline");
        byte[] surroundings = File.ReadAllBytes("/proc/self/environ");
        fixed (byte* program = Encoding.UTF8.GetBytes("/proc/self/exe\0"))
        fixed (byte* arguments = words)
        fixed (byte* environment = surroundings)
        {
            byte*[] argumentList = Split(arguments, words.Length);
            byte*[] environmentList = Split(environment, surroundings.Length);
            for (int file = 0; file < 3; file++)
            {
                int flags = SystemCalls.fcntl(file, SystemCalls.GetDescriptorFlags);
                if (flags < 0 || (flags & SystemCalls.CloseOnExec) != 0)
                {
                    LeadNowhere(file);
                }
            }

            fixed (byte** argument = argumentList)
            fixed (byte** variable = environmentList)
            {
                _ = SystemCalls.execve(program, argument, variable);
            }
        }

        // Nothing was written yet, and nothing may be: where it would go is not known.
        SystemCalls._exit(1);
    }

    /// <summary>Texts that end with a zero each, as a list that ends with null.</summary>
    private static byte*[] Split(byte* texts, int length)
    {
        int count = 0;
        for (int i = 0; i < length; i++)
        {
            count += texts[i] == 0 ? 1 : 0;
        }

        byte*[] list = new byte*[count + 1];
        byte* begin = texts;
        for (int i = 0, number = 0; i < length; i++)
        {
            if (texts[i] == 0)
            {
                list[number++] = begin;
                begin = texts + i + 1;
            }
        }

        return list;
    }
}
