public import Assay

/// What this warehouse promises about its data: every table, in the order in which data flows.
public let warehouse: [Table] = [
    // raw
    rawClaygentCustomers,
    rawClaygentCustomersStructured,
    stagingCaseStudyURLs,
    rawCompanyEnrichPayloads,
    rawGeminiCaseStudyPayloads,
    rawCaseStudyBuyersPayloads,

    // extracted
    claygentCustomers,
    claygentCustomersStructured,
    companyEnrichCompany,
    companyEnrichKeywords,
    companyEnrichTechnologies,
    companyEnrichIndustries,
    companyEnrichCategories,
    companyEnrichNAICSCodes,
    companyEnrichFundingRounds,
    companyEnrichInvestors,
    companyEnrichVCInvestments,
    companyEnrichSocials,
    companyEnrichLocation,
    companyEnrichSubsidiaries,
    caseStudyDetails,
    extractedCaseStudyChampions,
    caseStudyBuyers,

    // reference
    employeeRangeLookup,
    revenueRangeLookup,
    companyTypeLookup,
    industryLookup,
    referenceCompanyIndustries,
    technologies,

    // core
    companies,
    companyCustomers,
    caseStudyChampions,
    people,
    companyNames,
    companyEmployeeRange,
    companyRevenue,
    companyTypes,
    companyLocations,
    companyDescriptions,
    companyIndustries,
    companyTechOnSite,
    companyKeywords,
    companyCategories,
    companyNAICSCodes,
    companyFundingRounds,
    companyVCInvestors,
    companyVCBacked,
    companySocialURLs,
]
