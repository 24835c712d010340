/// The rules there are about the text of migrations.
public enum MigrationRules {
    /// Stands for statements of every type.
    static let anyStatement = "*"

    /// All rules, by name.
    ///
    /// A test holds the list against the folder `Rules/`.
    static let all: [any MigrationRule.Type] = [
        AddingCheck.self, AddingColumnDefault.self, AddingEnumValue.self, AddingExclusion.self,
        AddingForeignKey.self, AddingGeneratedColumn.self, AddingPrimaryKey.self,
        AddingRequiredColumn.self, AddingSerialColumn.self, AddingUnique.self,
        AttachingPartition.self, BackfillingInTransaction.self, ChangingServer.self,
        ChangingType.self,
        ConstrainingDomain.self, CreatingIndex.self, CreatingPartition.self,
        CreatingWithoutGrant.self, CreatingWithoutKey.self, DeletingWithoutWhere.self,
        DetachingPartition.self, DisablingRowSecurity.self, DisablingTrigger.self,
        DroppingCascade.self, DroppingColumn.self, DroppingConstraint.self, DroppingIndex.self,
        DroppingNotNull.self, DroppingRoutine.self, DroppingSchema.self, DroppingTable.self,
        DroppingView.self, ExposingWithoutRowSecurity.self, ForeignKeyWithoutIndex.self,
        GrantingToEveryone.self, GrantingWithoutUsage.self, HidingInvalidIndex.self,
        LeavingTransactionOpen.self, LockingTable.self, MissingLockTimeout.self,
        NestingTransactions.self, OverlongName.self, PermissivePolicy.self, RefreshingView.self,
        RefusedInTransaction.self, Reindexing.self, RenamingColumn.self, RenamingEnumValue.self,
        RenamingSchema.self, RenamingTable.self, RewritingTable.self, RunningBuiltSql.self,
        SecurityDefinerWithoutSearchPath.self, SettingNotNull.self, Truncating.self,
        UpdatingWithoutWhere.self, UsingChar.self, UsingJson.self, UsingMoney.self,
        UsingNarrowKey.self, UsingSerial.self, UsingTimestamp.self, ValidatingAtOnce.self,
        ViewBypassingRowSecurity.self, WorkingUnderLock.self,
    ]

    /// What is said of all rules, also of those about comments, unread text and what a shadow shows.
    public static let documentation: [RuleDocumentation] =
        (all.map { $0.documentation } + [UnreadText.documentation, UnusedIgnore.documentation]
        + ShadowRules.all)
        .sorted { $0.rule < $1.rule }

    /// The names of all rules.
    static let names = Set(documentation.map(\.rule))

    /// What is said of the rule of this name.
    public static func named(_ name: String) -> RuleDocumentation? {
        documentation.first { $0.rule == name }
    }
}
