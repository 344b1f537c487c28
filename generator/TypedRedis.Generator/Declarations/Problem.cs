using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>Something to report. Says where by position in the declaration, so that it can be compared and kept.</summary>
/// <param name="Rule">Id of the rule, e.g. <c>TRD001</c>.</param>
internal sealed record Problem(string Rule, Place Place, EquatableArray<string> Arguments)
{
    public static Problem At(Place place, string rule, params string[] arguments) => new(rule, place, new EquatableArray<string>(arguments));
}

/// <summary>A place in an interface declaration.</summary>
/// <param name="Member">Ordinal of the member, -1 for the interface itself.</param>
/// <param name="Parameter">Ordinal of the parameter.</param>
/// <param name="Start">Start within the template.</param>
/// <param name="Length">Length within the template; 0 for all of it.</param>
internal readonly record struct Place(PlaceKind Kind, int Member = -1, int Parameter = -1, int Start = 0, int Length = 0)
{
    public static Place Interface => new(PlaceKind.Interface);

    public static Place Attribute => new(PlaceKind.InterfaceAttribute);

    public static Place Name(int member) => new(PlaceKind.MemberName, member);

    public static Place Return(int member) => new(PlaceKind.ReturnType, member);

    public static Place ParameterName(int member, int parameter) => new(PlaceKind.Parameter, member, parameter);

    public static Place ParameterType(int member, int parameter) => new(PlaceKind.ParameterType, member, parameter);

    /// <summary>Part of a template, or of a script's source; <see cref="Parameter"/> is set to its index for one of several key templates.</summary>
    public static Place Template(int member, int start, int length) => new(PlaceKind.Template, member, -1, start, length);
}

/// <summary>Kinds of places.</summary>
internal enum PlaceKind
{
    Interface,
    InterfaceAttribute,
    Container,
    MemberName,
    ReturnType,
    Parameter,
    ParameterType,
    Template,
    Converter,

    /// <summary>Code of a library of functions; <see cref="Place.Parameter"/> counts the interface's libraries.</summary>
    Library,
}
