/// A word as a shell reads it back: quoted where it holds anything but letters, digits and harmless signs.
///
/// What would move the cursor or hide text is written as bash, zsh and POSIX shells of 2024 read it, `$'\x1b'`.
func shellWord(_ text: String) -> String {
    let isHarmless = { (scalar: Unicode.Scalar) in
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_@%+=:,./-".unicodeScalars.contains(scalar)
    }
    if !text.isEmpty, text.unicodeScalars.allSatisfy(isHarmless) { return text }
    guard text.unicodeScalars.contains(where: isInvisible) else {
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }
    let digits = Array("0123456789abcdef")
    var quoted = "$'"
    for scalar in text.unicodeScalars {
        if isInvisible(scalar) {
            for byte in String(scalar).utf8 { quoted += "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])" }
        } else {
            if scalar == "'" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "'"
}

private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
    default: false
    }
}

/// A file as an operand of a command: one whose name begins like an option is named from the current folder.
func shellFile(_ path: String) -> String { shellWord(path.hasPrefix("-") ? "./" + path : path) }
