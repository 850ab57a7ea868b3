"""Commands that explain themselves in the language of the terminal, and refuse in words of ours.

Their words are keys (``help_osm``), looked up when somebody asks for help. Click says what is wrong
with a command line in English alone; `describe_misuse` says it from the error's class and values.
"""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, cast, get_args

from typer._click import Context, HelpFormatter, Parameter  # Typer's own copies, which it hands on
from typer._click.core import Command as AnyCommand
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperCommand, TyperGroup, TyperOption

from access15.remarks import Lang, Remark

EXAMPLE = "Example: access15 "
_TYPES = {Path: "path", str: "str", int: "int"}


class Manual(AnyCommand):
    """Help of a command, whose texts are keys of the catalogue."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read options and arguments; what is wrong is told with the command it is wrong for."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how the command is called."""
        from access15.outputs.words.help import say

        lang = _find_lang(ctx)
        arguments = [one for one in self.get_params(ctx) if not isinstance(one, TyperOption)]
        pieces = [say("usage_options", lang), *(_name_argument(one, lang) for one in arguments)]
        if isinstance(self, TyperGroup):
            pieces.append(say("usage_command", lang))
        prefix = f"{say('head_usage', lang)}: "
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=prefix)

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write what the command does."""
        from access15.outputs.words.help import say

        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(f"command_{self.help}", _find_lang(ctx)))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write what may be given to the command, and for all of them which there are."""
        from access15.outputs.words.help import say

        lang = _find_lang(ctx)
        params = self.get_params(ctx)
        for head, is_option in (("head_arguments", False), ("head_options", True)):
            listed = [one for one in params if isinstance(one, TyperOption) == is_option]
            if listed:
                with formatter.section(say(head, lang)):
                    formatter.write_dl([_describe(one, ctx, lang) for one in listed])
        if isinstance(self, TyperGroup):
            with formatter.section(say("head_commands", lang)):
                names = self.list_commands(ctx)
                rows = [(name, say(f"command_{name}", lang)) for name in names]
                formatter.write_dl(rows)

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the example."""
        from access15.outputs.words.help import say

        words = str(self.epilog).removeprefix(EXAMPLE)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say("head_example", _find_lang(ctx), words=words))


class Command(Manual, TyperCommand):
    """A command whose help is in the language of the terminal."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read options and arguments; words that belong to none are refused."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest:
            words = " ".join(map(str, rest))
            raise UsageError(Remark("misuse_extra", n=len(rest), words=words), ctx)
        return rest


class Group(Manual, TyperGroup):
    """All commands, whose help is in the language of the terminal."""

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, AnyCommand | None, list[str]]:
        """Find the command that is called; one that is unknown with those of like names."""
        name, known = args[0], self.list_commands(ctx)
        if name in known:
            return super().resolve_command(ctx, args)
        like = get_close_matches(name, known)
        if like:
            quoted = tuple(repr(one) for one in like)
            raise UsageError(Remark("misuse_command_like", name=name, like=quoted), ctx)
        raise UsageError(Remark("misuse_command", name=name), ctx)


def describe_misuse(misuse: ClickException, lang: Lang) -> str:
    """Say what is wrong with a command line: how the command is called, where help is, what."""
    if isinstance(misuse, NoArgsIsHelpError):
        return misuse.message
    lines: list[str] = []
    if isinstance(misuse, UsageError) and misuse.ctx is not None:
        ctx = misuse.ctx
        told = Remark("misuse_try", command=ctx.command_path, option=ctx.help_option_names[0])
        lines = [ctx.get_usage(), told.in_lang(lang), ""]
    return "\n".join([*lines, Remark("misuse", text=_find_remark(misuse, lang)).in_lang(lang)])


def _find_remark(misuse: ClickException, lang: Lang) -> str:
    """What is wrong, from the class of an error and its values."""
    if isinstance(misuse, MissingParameter) and misuse.param is not None:
        is_option = isinstance(misuse.param, TyperOption)
        code = "misuse_no_option" if is_option else "misuse_no_argument"
        return Remark(code, name=_name(misuse.param, lang))
    if isinstance(misuse, BadParameter) and misuse.param is not None:
        return Remark("misuse_value", name=_name(misuse.param, lang), text=_find_fault(misuse))
    if isinstance(misuse, NoSuchOption):
        like = tuple(sorted(misuse.possibilities or ()))
        code = "misuse_option_like" if like else "misuse_option"
        return Remark(code, name=misuse.option_name, like=like)
    if isinstance(misuse, BadOptionUsage) and misuse.ctx is not None:
        params = misuse.ctx.command.get_params(misuse.ctx)
        flags = [sign for one in params if getattr(one, "is_flag", False) for sign in one.opts]
        code = "misuse_flag" if misuse.option_name in flags else "misuse_no_value"
        return Remark(code, name=misuse.option_name)
    return misuse.message if isinstance(misuse.message, Remark) else misuse.format_message()


def _find_fault(misuse: BadParameter) -> str:
    """What is wrong with a value, which our own readers say and Typer's do by its type."""
    if isinstance(misuse.message, Remark):
        return misuse.message
    known: Any = misuse.__cause__  # the error of pydantic that Typer made it of
    value = known.errors()[0]["input"] if hasattr(known, "errors") else ""
    kind = cast("Any", misuse.param).type_descriptor
    if kind.choices:
        choices = tuple(repr(_show(one)) for one in kind.choices)
        return Remark("misuse_choice", value=value, choices=choices)
    if kind.annotation is int:
        return Remark("misuse_int", value=value)
    return misuse.message


def _find_lang(ctx: Context) -> Lang:
    """Language of the terminal, which `app.main` hands to the outermost context."""
    obj = ctx.find_root().obj
    return cast("Lang", obj.get("lang", "en")) if isinstance(obj, dict) else "en"


def _describe(param: Parameter, ctx: Context, lang: Lang) -> tuple[str, str]:
    """An option or argument with its value, and what it is for."""
    from access15.outputs.words.help import say

    what = cast("Any", param)
    if isinstance(param, TyperOption):
        name = ", ".join(sorted(param.opts, key=lambda sign: sign.startswith("--")))
        name += "" if param.is_flag else f" {_name_value(what, lang)}"
    else:
        name = f"{_name_argument(param, lang)} {_name_value(what, lang)}"
    default, notes = param.get_default(ctx, call=False), []
    if default not in (None, False, ""):
        notes.append(say("help_default", lang, value=_show(default)))
    if param.required:
        notes.append(say("help_required", lang))
    # Click's own option has its text already
    text = say("help_help" if param.opts == ["--help"] else str(what.help), lang)
    return name, f"{text}  [{'; '.join(notes)}]" if notes else text


def _name_value(param: Any, lang: Lang) -> str:
    """What is written after an option, such as ``<path>``."""
    from access15.outputs.words.help import say

    kind = param.type_descriptor
    if kind.choices:
        return f"<{'|'.join(_show(one) for one in kind.choices)}>"
    if param.metavar:
        return say("value_float", lang)
    own = (*get_args(kind.annotation), kind.annotation)[0]
    return say(f"value_{_TYPES[own]}", lang)


def _name_argument(param: Parameter, lang: Lang) -> str:
    """An argument as a command's usage writes it."""
    from access15.outputs.words.help import say

    name = say(f"argument_{param.name}", lang)
    return (f"{{{name}}}" if param.required else f"[{name}]") + ("" if param.nargs == 1 else "...")


def _name(param: Parameter, lang: Lang) -> str:
    """An option by its signs, or an argument by its name, in quotes."""
    from access15.outputs.words.help import say

    if isinstance(param, TyperOption):
        return " / ".join(f"'{sign}'" for sign in param.opts)
    return f"'{say(f'argument_{param.name}', lang)}'"


def _show(value: object) -> str:
    """A value as it is written on a command line."""
    return str(value.value if isinstance(value, Enum) else value)
