extension Check {
    /// Says what breaks the promise, where the kind cannot know: rows, or statements.
    ///
    /// `assay prove` does it, must see the check turn red, and takes it back.
    public func violated(by steps: Specimen.Step...) -> Self {
        var copy = self
        copy.options.violating += steps
        return copy
    }

    /// Says what only just keeps the promise: the proof that the check is not too strict.
    public func kept(by steps: Specimen.Step...) -> Self {
        var copy = self
        copy.options.kept += steps
        return copy
    }

    /// How the check is proven able to fail: as the author says, or as its kind does, within its scope.
    public func proof(in context: CheckContext) -> Specimens {
        guard options.violating.isEmpty else {
            return .made([
                Specimen(
                    "as declared", violating: options.violating, boundary: options.kept,
                    violations: nil)
            ])
        }
        guard case .made(let specimens) = specimens(in: context), let scope = options.scope else {
            return specimens(in: context)
        }
        let cases = scope.cases(true, in: context)
        var scoped: [Specimen] = []
        for specimen in specimens {
            guard let violating = specimen.violating.within(cases, in: context),
                let boundary = specimen.boundary.within(cases, in: context)
            else {
                return .blind("no row can be in its scope (\(scope.sentence)) and be looked at")
            }
            var copy = specimen
            copy.violating = violating
            copy.boundary = boundary
            copy.isGuess = specimen.isGuess || !scope.isUnderstood
            scoped.append(copy)
        }
        return .made(scoped)
    }
}

extension [Specimen.Step] {
    /// The steps with rows of the check's own table that lie in a scope; `nil` where none can.
    fileprivate func within(
        _ cases: [[String: Specimen.Value]], in context: CheckContext
    ) -> [Specimen.Step]? {
        var result: [Specimen.Step] = []
        for step in self {
            guard case .rows(var rows) = step, rows.table == nil else {
                result.append(step)
                continue
            }
            guard let values = cases.lazy.compactMap({ rows.values.meeting($0) }).first else {
                return nil
            }
            rows.values = values
            result.append(.rows(rows))
        }
        return result
    }
}

extension [String: Specimen.Value] {
    /// Values that are both these and others; `nil` where a column cannot be both.
    func meeting(_ others: [String: Specimen.Value]) -> [String: Specimen.Value]? {
        var result = self
        for (column, value) in others {
            guard let own = result[column] else {
                result[column] = value
                continue
            }
            guard let both = own.meeting(value) ?? value.meeting(own) else { return nil }
            result[column] = both
        }
        return result
    }
}

extension Specimen.Value {
    /// A value that is both this and another, where this is the more particular one.
    fileprivate func meeting(_ other: Specimen.Value) -> Specimen.Value? {
        switch (self, other) {
        case _ where self == other: self
        case (.null, _): nil
        case (.text(let text), .any): BlankText.matches(text) ? nil : self
        case (_, .any): self
        case (.text(let text), .unlike(let texts)): texts.contains(text) ? nil : self
        case (.unlike(let some), .unlike(let others)): .unlike(some + others)
        case (.first(let texts, let condition), .unlike(let others)):
            .first(of: texts.filter { !others.contains($0) }, where: condition)
        default: nil
        }
    }
}
