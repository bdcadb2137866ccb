# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_muster_global_optspecs
    string join \n fleet= color= q/quiet log= events= sandbox= now= h/help V/version
end

function __fish_muster_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_muster_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_muster_using_subcommand
    set -l cmd (__fish_muster_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c muster -n "__fish_muster_needs_command" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_needs_command" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_needs_command" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_needs_command" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_needs_command" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_needs_command" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_needs_command" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_needs_command" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_needs_command" -f -a "init" -d 'Write a fleet.yaml to begin with, its lock file and a line of .gitignore'
complete -c muster -n "__fish_muster_needs_command" -f -a "validate" -d 'Check fleet.yaml and the files it names, and report every error at once'
complete -c muster -n "__fish_muster_needs_command" -f -a "schema" -d 'Print the JSON Schema of fleet.yaml, for editors'
complete -c muster -n "__fish_muster_needs_command" -f -a "lock" -d 'Pin what floats: write the machine images that fleet.yaml stands for into fleet.lock'
complete -c muster -n "__fish_muster_needs_command" -f -a "plan" -d 'Show what differs between fleet.yaml and the account; nothing is changed'
complete -c muster -n "__fish_muster_needs_command" -f -a "apply" -d 'Make the account what fleet.yaml says'
complete -c muster -n "__fish_muster_needs_command" -f -a "status" -d 'Show every managed or scheduled machine: what it is, what it should be, when that changes'
complete -c muster -n "__fish_muster_needs_command" -f -a "schedule" -d 'Look at schedules: when they act, what they want, and why'
complete -c muster -n "__fish_muster_needs_command" -f -a "start" -d 'Start machines now, by name or tag'
complete -c muster -n "__fish_muster_needs_command" -f -a "stop" -d 'Stop machines now, by name or tag'
complete -c muster -n "__fish_muster_needs_command" -f -a "key" -d 'Print the private half of a user\'s generated key, to whoever IAM lets read it'
complete -c muster -n "__fish_muster_needs_command" -f -a "adopt" -d 'Take existing resources into the fleet by tagging them'
complete -c muster -n "__fish_muster_needs_command" -f -a "unadopt" -d 'Let resources go: remove muster\'s tags from everything under an address'
complete -c muster -n "__fish_muster_needs_command" -f -a "destroy" -d 'Remove at once everything this fleet owns'
complete -c muster -n "__fish_muster_needs_command" -f -a "sandbox" -d 'Play the world: move the sandbox\'s clock, cause drift, refuse calls'
complete -c muster -n "__fish_muster_needs_command" -f -a "tour" -d 'Show the main job on a fresh embedded account: reset it, plan, apply, plan again'
complete -c muster -n "__fish_muster_needs_command" -f -a "doctor" -d 'Check credentials, accounts, regions, clock, permissions, quotas, lock and versions'
complete -c muster -n "__fish_muster_needs_command" -f -a "iam" -d 'Print the least-privilege IAM policies for exactly this fleet'
complete -c muster -n "__fish_muster_needs_command" -f -a "version" -d 'Print the version, the release of the time zone data and the features of this build'
complete -c muster -n "__fish_muster_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c muster -n "__fish_muster_needs_command" -f -a "generate" -d 'Write the generated documentation below a folder; `cargo xtask generate` calls it'
complete -c muster -n "__fish_muster_needs_command" -f -a "advise" -d 'Judge the account by rules, and say what to mend'
complete -c muster -n "__fish_muster_needs_command" -f -a "policy" -d 'Look at policies'
complete -c muster -n "__fish_muster_needs_command" -f -a "rule" -d 'Write rules of your own: packs in WebAssembly, from any language'
complete -c muster -n "__fish_muster_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand init" -l region -d 'Regions to look at, with commas or several times; without it AWS_REGION, of a sandbox all of them' -r
complete -c muster -n "__fish_muster_using_subcommand init" -l timezone -d 'IANA zone of the schedules and of every time; without it that of TZ or of this machine' -r
complete -c muster -n "__fish_muster_using_subcommand init" -l run -d 'The window that tags are judged by [default: mon-fri 09:00-19:00]' -r
complete -c muster -n "__fish_muster_using_subcommand init" -l idle -d 'Percent of CPU: an instance that never exceeds it idles [default: 5]' -r
complete -c muster -n "__fish_muster_using_subcommand init" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand init" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand init" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand init" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand init" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand init" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand init" -l from-account -d 'Look an account over, and write what was found as proposals'
complete -c muster -n "__fish_muster_using_subcommand init" -l all-regions -d 'Look at every region that is switched on for the account'
complete -c muster -n "__fish_muster_using_subcommand init" -l prices -d 'Ask the AWS Price List API what an hour costs, so that hours become money'
complete -c muster -n "__fish_muster_using_subcommand init" -l print -d 'Print the file and write nothing'
complete -c muster -n "__fish_muster_using_subcommand init" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand init" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand validate" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand validate" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand validate" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand validate" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand validate" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand validate" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand validate" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand validate" -l strict -d 'Warnings are errors'
complete -c muster -n "__fish_muster_using_subcommand validate" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand validate" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schema" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schema" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schema" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schema" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schema" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schema" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schema" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schema" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -f -a "update" -d 'Move entries to the newest image'
complete -c muster -n "__fish_muster_using_subcommand lock; and not __fish_seen_subcommand_from update help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from update" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from help" -f -a "update" -d 'Move entries to the newest image'
complete -c muster -n "__fish_muster_using_subcommand lock; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand plan" -l format -d 'Form of the result' -r -f -a "text\t'For a terminal'
json\t'For programs'
markdown\t'For a comment on a pull request'"
complete -c muster -n "__fish_muster_using_subcommand plan" -l only -d 'Restrict the plan to an address or entry (`user/alice`); may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand plan" -l out -d 'Write the whole plan to FILE, for `muster apply FILE`' -r -F
complete -c muster -n "__fish_muster_using_subcommand plan" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand plan" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand plan" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand plan" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand plan" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand plan" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand plan" -l allow-destroy -d 'Let the plan destroy: deletes that are due, replacements'
complete -c muster -n "__fish_muster_using_subcommand plan" -l allow-reboot -d 'Let databases be rebooted, so that waiting parameters come into force'
complete -c muster -n "__fish_muster_using_subcommand plan" -l allow-gaps -d 'Accept that something the file declares could not be read; it is held back all the same'
complete -c muster -n "__fish_muster_using_subcommand plan" -l locked -d 'Refuse images that do not stand in fleet.lock; the default when CI is set and the file exists'
complete -c muster -n "__fish_muster_using_subcommand plan" -l strict -d 'Warnings about fleet.yaml are errors, and so are two schedules of equal priority on one machine'
complete -c muster -n "__fish_muster_using_subcommand plan" -l detailed-exitcode -d 'End with 2 when there is something to do'
complete -c muster -n "__fish_muster_using_subcommand plan" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand plan" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand apply" -l expect -d 'Go on only if the plan\'s digest is this one' -r
complete -c muster -n "__fish_muster_using_subcommand apply" -l format -d 'Form of the result' -r -f -a "text\t'For a terminal'
json\t'For programs'
markdown\t'For a comment on a pull request'"
complete -c muster -n "__fish_muster_using_subcommand apply" -l only -d 'Restrict the plan to an address or entry (`user/alice`); may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand apply" -l parallelism -d 'Most steps at once' -r
complete -c muster -n "__fish_muster_using_subcommand apply" -l wait -d 'How long to wait for a new database (`20m`); without it the outcome says `creating`' -r
complete -c muster -n "__fish_muster_using_subcommand apply" -l allow-exec -d 'Let notices run this command: all its words as fleet.yaml has them, with a blank between (may be repeated)' -r
complete -c muster -n "__fish_muster_using_subcommand apply" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand apply" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand apply" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand apply" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand apply" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand apply" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand apply" -l allow-destroy -d 'Let the plan destroy: deletes that are due, replacements'
complete -c muster -n "__fish_muster_using_subcommand apply" -l allow-reboot -d 'Let databases be rebooted, so that waiting parameters come into force'
complete -c muster -n "__fish_muster_using_subcommand apply" -l allow-gaps -d 'Accept that something the file declares could not be read; it is held back all the same'
complete -c muster -n "__fish_muster_using_subcommand apply" -l locked -d 'Refuse images that do not stand in fleet.lock; the default when CI is set and the file exists'
complete -c muster -n "__fish_muster_using_subcommand apply" -l strict -d 'Warnings about fleet.yaml are errors, and so are two schedules of equal priority on one machine'
complete -c muster -n "__fish_muster_using_subcommand apply" -s y -l yes -d 'Do not ask'
complete -c muster -n "__fish_muster_using_subcommand apply" -l no-notify -d 'Send no notices, and leave what is due to the next pass'
complete -c muster -n "__fish_muster_using_subcommand apply" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand apply" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand status" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand status" -l tag -d 'Only what carries this tag' -r
complete -c muster -n "__fish_muster_using_subcommand status" -l state -d 'Only what is in this state (`running`, `stopped`, `available`, …)' -r
complete -c muster -n "__fish_muster_using_subcommand status" -l service -d 'Only machines of this service' -r -f -a "ec2\t''
rds\t''
asg\t''
ecs\t''"
complete -c muster -n "__fish_muster_using_subcommand status" -l schedule -d 'Only what this schedule moves' -r
complete -c muster -n "__fish_muster_using_subcommand status" -l user -d 'Only what belongs to this user' -r
complete -c muster -n "__fish_muster_using_subcommand status" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand status" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand status" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand status" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand status" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand status" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand status" -l watch -d 'Show it again every few seconds until Ctrl-C'
complete -c muster -n "__fish_muster_using_subcommand status" -l everywhere -d 'Look in every enabled region, and list everything the fleet owns, also what the file no longer lists, and the snapshots that removals kept'
complete -c muster -n "__fish_muster_using_subcommand status" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand status" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "next" -d 'Print the next firings of an EventBridge expression, RFC 3339 in UTC, one a line'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "eval" -d 'Answer what schedules want at instants, JSON lines in and out'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "import" -d 'Read the schedules of another tool into the keys of fleet.yaml'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "list" -d 'Show every schedule: its zone, what it wants now, its next edge, and how many machines it moves'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "show" -d 'Draw a schedule\'s week on its local clock, with UTC beside it, its next edges, and what it saves'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "set" -d 'Change one key of a schedule in fleet.yaml; comments, order and everything else stay as they are'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "lint" -d 'Find what is allowed in a schedule and is most likely not meant'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "explain" -d 'Say why a machine is on or off: every rule in order of precedence with its line, and which one decides'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "test" -d 'Try the cases of a file: at this instant, expect that; exit code 1 when one fails'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "export" -d 'Print a schedule as the entries of EventBridge Scheduler that fire its edges, and what each delivery guarantees'
complete -c muster -n "__fish_muster_using_subcommand schedule; and not __fish_seen_subcommand_from next eval import list show set lint explain test export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l cron -d 'The expression: `cron(0 9 ? * MON-FRI *)`' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l zone -d 'Its IANA time zone' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l after -d 'Firings after this instant (RFC 3339); without it after now' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -s n -d 'How many' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -l stdin -d 'Read JSON lines `{cron, zone, after, n}` and answer each with `{next: […]}` or `{error}`'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from next" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -l stdin -d 'Read the lines from stdin'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from eval" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l from -d 'The tool' -r -f -a "instance-scheduler\t'Instance Scheduler on AWS: schedules with their periods'
custodian\t'Cloud Custodian: tag and options of offhour and onhour'
kube-downscaler\t'kube-downscaler: time specs'
eventbridge\t'EventBridge: schedules, and rules with their targets'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -l stdin -d 'Read JSON lines from stdin and answer each'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -l offline -d 'Do not read the account: what follows from the file alone'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l week -d 'The week in which this day lies (`2026-11-23`); without it the present one' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -l offline -d 'Do not read the account: hours of one machine, and no money'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l unset -d 'Take the key away'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -l dry-run -d 'Show what would change and write nothing'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from set" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l loop -d 'Time between two passes of your loop' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l strict -d 'Findings end with exit code 65'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -l offline -d 'Do not read the account: leaves out what a schedule selects'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from lint" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l at -d 'Ask the schedules about this instant (RFC 3339) instead of now' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from explain" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from test" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "next" -d 'Print the next firings of an EventBridge expression, RFC 3339 in UTC, one a line'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "eval" -d 'Answer what schedules want at instants, JSON lines in and out'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "import" -d 'Read the schedules of another tool into the keys of fleet.yaml'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show every schedule: its zone, what it wants now, its next edge, and how many machines it moves'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "show" -d 'Draw a schedule\'s week on its local clock, with UTC beside it, its next edges, and what it saves'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change one key of a schedule in fleet.yaml; comments, order and everything else stay as they are'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "lint" -d 'Find what is allowed in a schedule and is most likely not meant'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Say why a machine is on or off: every rule in order of precedence with its line, and which one decides'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "test" -d 'Try the cases of a file: at this instant, expect that; exit code 1 when one fails'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "export" -d 'Print a schedule as the entries of EventBridge Scheduler that fire its edges, and what each delivery guarantees'
complete -c muster -n "__fish_muster_using_subcommand schedule; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand start" -l tag -d 'Every machine that carries this tag' -r
complete -c muster -n "__fish_muster_using_subcommand start" -l for -d 'Keep it so for this long (`4h`), whatever the schedule says' -r
complete -c muster -n "__fish_muster_using_subcommand start" -l until -d 'Keep it so until then (RFC 3339)' -r
complete -c muster -n "__fish_muster_using_subcommand start" -l parallelism -d 'Most steps at once' -r
complete -c muster -n "__fish_muster_using_subcommand start" -l wait -d 'How long to wait for a new database (`20m`); without it the outcome says `creating`' -r
complete -c muster -n "__fish_muster_using_subcommand start" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand start" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand start" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand start" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand start" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand start" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand start" -s y -l yes -d 'Do not ask'
complete -c muster -n "__fish_muster_using_subcommand start" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand start" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand stop" -l tag -d 'Every machine that carries this tag' -r
complete -c muster -n "__fish_muster_using_subcommand stop" -l for -d 'Keep it so for this long (`4h`), whatever the schedule says' -r
complete -c muster -n "__fish_muster_using_subcommand stop" -l until -d 'Keep it so until then (RFC 3339)' -r
complete -c muster -n "__fish_muster_using_subcommand stop" -l parallelism -d 'Most steps at once' -r
complete -c muster -n "__fish_muster_using_subcommand stop" -l wait -d 'How long to wait for a new database (`20m`); without it the outcome says `creating`' -r
complete -c muster -n "__fish_muster_using_subcommand stop" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand stop" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand stop" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand stop" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand stop" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand stop" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand stop" -s y -l yes -d 'Do not ask'
complete -c muster -n "__fish_muster_using_subcommand stop" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand stop" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand key" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand key" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand key" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand key" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand key" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand key" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand key" -l rotate -d 'Make a new pair instead and bring it to the machine where that can be done'
complete -c muster -n "__fish_muster_using_subcommand key" -s y -l yes -d 'Do not ask'
complete -c muster -n "__fish_muster_using_subcommand key" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand key" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand adopt" -l parallelism -d 'Most steps at once' -r
complete -c muster -n "__fish_muster_using_subcommand adopt" -l wait -d 'How long to wait for a new database (`20m`); without it the outcome says `creating`' -r
complete -c muster -n "__fish_muster_using_subcommand adopt" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand adopt" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand adopt" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand adopt" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand adopt" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand adopt" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand adopt" -l write -d 'Print the entry of fleet.yaml that describes what was read, and change nothing'
complete -c muster -n "__fish_muster_using_subcommand adopt" -s y -l yes -d 'Do not ask'
complete -c muster -n "__fish_muster_using_subcommand adopt" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand adopt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand adopt" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l parallelism -d 'Most steps at once' -r
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l wait -d 'How long to wait for a new database (`20m`); without it the outcome says `creating`' -r
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand unadopt" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand unadopt" -s y -l yes -d 'Do not ask'
complete -c muster -n "__fish_muster_using_subcommand unadopt" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand unadopt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand unadopt" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand destroy" -l only -d 'Restrict it to an address or entry; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand destroy" -l confirm -d 'The fleet\'s name, instead of typing it' -r
complete -c muster -n "__fish_muster_using_subcommand destroy" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand destroy" -l parallelism -d 'Most steps at once' -r
complete -c muster -n "__fish_muster_using_subcommand destroy" -l wait -d 'How long to wait for a new database (`20m`); without it the outcome says `creating`' -r
complete -c muster -n "__fish_muster_using_subcommand destroy" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand destroy" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand destroy" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand destroy" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand destroy" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand destroy" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand destroy" -l no-snapshot -d 'Keep no snapshots'
complete -c muster -n "__fish_muster_using_subcommand destroy" -l allow-gaps -d 'Accept that something could not be read; what is unknown is left'
complete -c muster -n "__fish_muster_using_subcommand destroy" -s y -l yes -d 'Do not ask'
complete -c muster -n "__fish_muster_using_subcommand destroy" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand destroy" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "reset" -d 'Begin anew from the estate file'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "advance" -d 'Let time pass (`8h`, `2d`)'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "at" -d 'Let time pass until T'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "stop" -d 'Stop a machine behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "start" -d 'Start a machine behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "scale" -d 'Scale a group or service behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "set-tag" -d 'Write a tag behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "delete-alarm" -d 'Delete an alarm behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "deny" -d 'Refuse an IAM action from now on'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "allow" -d 'Refuse an IAM action no longer'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "throttle" -d 'Throttle the next calls'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "capacity" -d 'Run out of an instance type, or have it again'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "show" -d 'Show the clock and everything in the account'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and not __fish_seen_subcommand_from reset advance at stop start scale set-tag delete-alarm deny allow throttle capacity show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from advance" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from at" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from stop" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from start" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from scale" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from set-tag" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from delete-alarm" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from deny" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from allow" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from throttle" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from capacity" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Begin anew from the estate file'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "advance" -d 'Let time pass (`8h`, `2d`)'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "at" -d 'Let time pass until T'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop a machine behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start a machine behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "scale" -d 'Scale a group or service behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "set-tag" -d 'Write a tag behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "delete-alarm" -d 'Delete an alarm behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "deny" -d 'Refuse an IAM action from now on'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "allow" -d 'Refuse an IAM action no longer'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "throttle" -d 'Throttle the next calls'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "capacity" -d 'Run out of an instance type, or have it again'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the clock and everything in the account'
complete -c muster -n "__fish_muster_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand tour" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand tour" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand tour" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand tour" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand tour" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand tour" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand tour" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand tour" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand tour" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand doctor" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand doctor" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand doctor" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand doctor" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand doctor" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand doctor" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand doctor" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand doctor" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand iam" -l user -d 'What lets one user, and nobody else, fetch their generated key' -r
complete -c muster -n "__fish_muster_using_subcommand iam" -l policy -d 'With `--advise`: of this policy instead of those of the fleet file, as `muster advise --policy` takes it; may be given several times, the later one wins' -r
complete -c muster -n "__fish_muster_using_subcommand iam" -l rule -d 'With `--advise`: of this rule (`ec2/open-ports`) or pack (`ec2/*`) only; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand iam" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand iam" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand iam" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand iam" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand iam" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand iam" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand iam" -l plan -d 'What planning needs: reads only'
complete -c muster -n "__fish_muster_using_subcommand iam" -l apply -d 'What applying needs; it contains the plan policy'
complete -c muster -n "__fish_muster_using_subcommand iam" -l adopt -d 'What `muster adopt` needs'
complete -c muster -n "__fish_muster_using_subcommand iam" -l advise -d 'What `muster advise` reads for the rules that the policies of this fleet choose'
complete -c muster -n "__fish_muster_using_subcommand iam" -l everywhere -d 'What `muster status --everywhere` reads beyond the plan policy'
complete -c muster -n "__fish_muster_using_subcommand iam" -l survey -d 'What `muster init --from-account` reads: needs no fleet file'
complete -c muster -n "__fish_muster_using_subcommand iam" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand iam" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand iam" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand version" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand version" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand version" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand version" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand version" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand version" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand version" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand version" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand version" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand completions" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand completions" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand completions" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand completions" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand completions" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand completions" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand completions" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand completions" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand generate" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand generate" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand generate" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand generate" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand generate" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand generate" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand generate" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand generate" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand advise" -l policy -d 'Judge by this policy instead of those of the fleet file: a built-in word (baseline, cost, strict, cis) or a file; may be given several times, the later one wins' -r
complete -c muster -n "__fish_muster_using_subcommand advise" -l rule -d 'Ask only this rule (`ec2/open-ports`) or pack (`ec2/*`); may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand advise" -l fail-on -d 'End with 4 when something of this severity or worse fails' -r -f -a "info\t'Worth knowing'
low\t'Mend it when passing by'
medium\t'Plan to mend it'
high\t'Mend it this week'
critical\t'Mend it now'"
complete -c muster -n "__fish_muster_using_subcommand advise" -l format -d 'Form of the result' -r -f -a "text\t'For a terminal'
json\t'For programs, one document'
jsonl\t'For programs, one object a line'"
complete -c muster -n "__fish_muster_using_subcommand advise" -l threads -d 'Threads that rules run on; the result does not depend on it [default: one for each processor]' -r
complete -c muster -n "__fish_muster_using_subcommand advise" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand advise" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand advise" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand advise" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand advise" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand advise" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand advise" -l allow-gaps -d 'Accept that something a rule needed could not be read; it is unknown all the same'
complete -c muster -n "__fish_muster_using_subcommand advise" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand advise" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand advise" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -f -a "lint" -d 'Report what is wrong in policies, and what is allowed and most likely not meant'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from lint help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l format -d 'Form of the result' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -l strict -d 'Remarks are errors'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from lint" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "lint" -d 'Report what is wrong in policies, and what is allowed and most likely not meant'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "new" -d 'Begin a pack: one finished rule with its cases, in a language of your choice'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "build" -d 'Run the pack\'s compiler, and make a component of what it writes'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "test" -d 'Try the cases of a pack: cases/*.yaml, each what a rule is given and what it must find'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "bench" -d 'Measure what each rule costs: time, fuel and memory'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "inspect" -d 'Look at a pack without running it: what it says of itself, its digest, its imports, what it reads'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "replay" -d 'See a fault of a rule again, from the file that `advise` kept below .muster/replay'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "lock" -d 'Pin the packs of `advisor.packs` in fleet.lock, with what each may read'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "verify" -d 'Compare the packs of `advisor.packs` with fleet.lock; ends with 65 when they differ'
complete -c muster -n "__fish_muster_using_subcommand rule; and not __fish_seen_subcommand_from new build test bench inspect replay lock verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l lang -d 'Language of the rule' -r -f -a "rust\t'The SDK makes a rule a page long'
c\t'No libc, 10 KB'
cpp\t'No standard library, 10 KB'
zig\t'With its standard library'
javascript\t'On QuickJS'
assemblyscript\t'No JSON library, 10 KB'
python\t'With its standard library, 18 MB'
go\t'With its standard library, 4 MB'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l pack -d 'Folder to write [default: NAME]' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from new" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -l pack -d 'Folder of the pack, where muster-rule.toml is' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from build" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l pack -d 'Folder of the pack, where muster-rule.toml is' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l kind -d 'Kind of resource to record: `ec2.volume`' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l rule -d 'Rule to record for, when several judge that kind' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l bless -d 'Write what the rules find into the cases as what is expected: into all, or into none when one cannot be judged; comments stay'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -l record -d 'Make a case of what the account of fleet.yaml holds, with ids, names, addresses and tag values replaced'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from test" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l pack -d 'Folder of the pack, where muster-rule.toml is' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l documents -d 'Documents of one round' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l rounds -d 'Rounds, of which the median and the 99th percentile are shown' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -l bless -d 'Write what is measured into bench.json'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from bench" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l iam -d 'Print the IAM policy that reading what its rules need takes'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l schema -d 'Print the JSON Schema of its rules\' parameters, by rule'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -l json -d 'Print everything as JSON'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from inspect" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from replay" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -l as-built -d 'Pin packs as they were built, though their sources changed since'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from lock" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -l fleet -d 'The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -l color -d 'When to colour the output' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -l log -d 'Form of the messages on stderr' -r -f -a "text\t'Lines for people'
json\t'One JSON object a line'"
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -l events -d 'Append everything that happens to FILE, one JSON object a line' -r -F
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -l sandbox -d 'Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -l now -d 'Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only' -r
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "new" -d 'Begin a pack: one finished rule with its cases, in a language of your choice'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "build" -d 'Run the pack\'s compiler, and make a component of what it writes'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "test" -d 'Try the cases of a pack: cases/*.yaml, each what a rule is given and what it must find'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "bench" -d 'Measure what each rule costs: time, fuel and memory'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Look at a pack without running it: what it says of itself, its digest, its imports, what it reads'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "replay" -d 'See a fault of a rule again, from the file that `advise` kept below .muster/replay'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "lock" -d 'Pin the packs of `advisor.packs` in fleet.lock, with what each may read'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Compare the packs of `advisor.packs` with fleet.lock; ends with 65 when they differ'
complete -c muster -n "__fish_muster_using_subcommand rule; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "init" -d 'Write a fleet.yaml to begin with, its lock file and a line of .gitignore'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "validate" -d 'Check fleet.yaml and the files it names, and report every error at once'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "schema" -d 'Print the JSON Schema of fleet.yaml, for editors'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "lock" -d 'Pin what floats: write the machine images that fleet.yaml stands for into fleet.lock'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "plan" -d 'Show what differs between fleet.yaml and the account; nothing is changed'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "apply" -d 'Make the account what fleet.yaml says'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "status" -d 'Show every managed or scheduled machine: what it is, what it should be, when that changes'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "schedule" -d 'Look at schedules: when they act, what they want, and why'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "start" -d 'Start machines now, by name or tag'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "stop" -d 'Stop machines now, by name or tag'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "key" -d 'Print the private half of a user\'s generated key, to whoever IAM lets read it'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "adopt" -d 'Take existing resources into the fleet by tagging them'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "unadopt" -d 'Let resources go: remove muster\'s tags from everything under an address'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "destroy" -d 'Remove at once everything this fleet owns'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "sandbox" -d 'Play the world: move the sandbox\'s clock, cause drift, refuse calls'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "tour" -d 'Show the main job on a fresh embedded account: reset it, plan, apply, plan again'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "doctor" -d 'Check credentials, accounts, regions, clock, permissions, quotas, lock and versions'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "iam" -d 'Print the least-privilege IAM policies for exactly this fleet'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "version" -d 'Print the version, the release of the time zone data and the features of this build'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "completions" -d 'Print the completions of a shell'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "generate" -d 'Write the generated documentation below a folder; `cargo xtask generate` calls it'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "advise" -d 'Judge the account by rules, and say what to mend'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "policy" -d 'Look at policies'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "rule" -d 'Write rules of your own: packs in WebAssembly, from any language'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from init validate schema lock plan apply status schedule start stop key adopt unadopt destroy sandbox tour doctor iam version completions generate advise policy rule help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from lock" -f -a "update" -d 'Move entries to the newest image'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "next" -d 'Print the next firings of an EventBridge expression, RFC 3339 in UTC, one a line'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "eval" -d 'Answer what schedules want at instants, JSON lines in and out'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "import" -d 'Read the schedules of another tool into the keys of fleet.yaml'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "list" -d 'Show every schedule: its zone, what it wants now, its next edge, and how many machines it moves'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "show" -d 'Draw a schedule\'s week on its local clock, with UTC beside it, its next edges, and what it saves'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "set" -d 'Change one key of a schedule in fleet.yaml; comments, order and everything else stay as they are'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "lint" -d 'Find what is allowed in a schedule and is most likely not meant'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "explain" -d 'Say why a machine is on or off: every rule in order of precedence with its line, and which one decides'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "test" -d 'Try the cases of a file: at this instant, expect that; exit code 1 when one fails'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from schedule" -f -a "export" -d 'Print a schedule as the entries of EventBridge Scheduler that fire its edges, and what each delivery guarantees'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "reset" -d 'Begin anew from the estate file'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "advance" -d 'Let time pass (`8h`, `2d`)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "at" -d 'Let time pass until T'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "stop" -d 'Stop a machine behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "start" -d 'Start a machine behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "scale" -d 'Scale a group or service behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "set-tag" -d 'Write a tag behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "delete-alarm" -d 'Delete an alarm behind muster\'s back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "deny" -d 'Refuse an IAM action from now on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "allow" -d 'Refuse an IAM action no longer'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "throttle" -d 'Throttle the next calls'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "capacity" -d 'Run out of an instance type, or have it again'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "show" -d 'Show the clock and everything in the account'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "lint" -d 'Report what is wrong in policies, and what is allowed and most likely not meant'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "new" -d 'Begin a pack: one finished rule with its cases, in a language of your choice'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "build" -d 'Run the pack\'s compiler, and make a component of what it writes'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "test" -d 'Try the cases of a pack: cases/*.yaml, each what a rule is given and what it must find'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "bench" -d 'Measure what each rule costs: time, fuel and memory'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "inspect" -d 'Look at a pack without running it: what it says of itself, its digest, its imports, what it reads'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "replay" -d 'See a fault of a rule again, from the file that `advise` kept below .muster/replay'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "lock" -d 'Pin the packs of `advisor.packs` in fleet.lock, with what each may read'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "verify" -d 'Compare the packs of `advisor.packs` with fleet.lock; ends with 65 when they differ'
